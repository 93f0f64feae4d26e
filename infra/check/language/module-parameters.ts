import type { BicepFile, Module } from '../bicep/bicep-file.ts'
import { memberOf } from '../bicep/expression.ts'
import { pathFrom, type Templates } from '../bicep/templates.ts'
import { bareBody } from '../deployment/bodies.ts'
import type { At, Finding } from '../finding.ts'

const problem = (at: At, says: string): Finding => ({ ...at, rule: 'module', says })

/** What a file gives its modules, held against what they declare. */
export const moduleProblems = (file: BicepFile, { files }: Templates): Finding[] => [
  ...file.modules.flatMap((module) => {
    const declaring = files.get(pathFrom(file.path, module.path))
    if (!declaring) return [problem(module.at, `${module.path} is not there`)]
    return [
      ...memberProblems(module),
      ...parameterProblems(module, declaring),
      ...scopeProblems({ file, module, declaring }),
    ]
  }),
  ...sameNames(file),
]

const members = new Set(['name', 'params', 'scope', 'dependsOn', 'identity'])

const memberProblems = ({ body, name: module }: Module): Finding[] => {
  const bare = bareBody(body)
  return (bare.kind === 'object' ? bare.members : [])
    .filter(({ name }) => !members.has(name))
    .map(({ name, at }) => problem(at, `the module ${module} cannot have ${name}`))
}

// BCP122: one deployment would take the place of the other.
const sameNames = ({ modules }: BicepFile): Finding[] => {
  const named = modules.map((module) => ({
    module,
    name: memberOf(bareBody(module.body), 'name')?.text,
  }))
  return named
    .filter(({ name }, index) => {
      const first = named.findIndex((one) => one.name === name)
      return name !== undefined && first < index
    })
    .map(({ module, name }) => problem(module.at, `${name} is the name of another module too`))
}

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
