import type { BicepFile, Module } from '../bicep/bicep-file.ts'
import { memberOf } from '../bicep/expression.ts'
import { pathFrom, type Templates } from '../bicep/templates.ts'
import { bareBody } from '../deployment/bodies.ts'
import type { At, Finding } from '../finding.ts'

const problem = (at: At, says: string): Finding => ({ ...at, rule: 'module', says })

/** What a file gives its modules, held against what they declare. */
export const moduleProblems = (file: BicepFile, { files }: Templates): Finding[] =>
  file.modules.flatMap((module) => {
    const declaring = files.get(pathFrom(file.path, module.path))
    if (!declaring) return [problem(module.at, `${module.path} is not there`)]
    return [...parameterProblems(module, declaring), ...scopeProblems({ file, module, declaring })]
  })

type Called = { file: BicepFile; module: Module; declaring: BicepFile }

const scopeProblems = ({ file, module, declaring }: Called): Finding[] => {
  const isElsewhere = memberOf(bareBody(module.body), 'scope') !== undefined
  if (file.scope === declaring.scope || isElsewhere) return []
  return [
    problem(module.at, `${module.path} is of ${declaring.scope}, so ${module.name} needs a scope`),
  ]
}

const parameterProblems = (module: Module, declaring: BicepFile): Finding[] => {
  const params = memberOf(bareBody(module.body), 'params')
  const given = params?.kind === 'object' ? params.members : []
  const missing = declaring.parameters
    .filter(({ value, type }) => !value && !type.endsWith('?'))
    .filter(({ name }) => !given.some((one) => one.name === name))
    .map(({ name }) => problem(module.at, `${module.name} needs the parameter ${name}`))
  const unknown = given
    .filter(({ name }) => !declaring.parameters.some((one) => one.name === name))
    .map(({ name, at }) => problem(at, `${module.path} has no parameter ${name}`))
  return [...missing, ...unknown]
}
