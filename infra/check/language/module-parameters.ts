import type { BicepFile, Module, Parameter } from '../bicep/bicep-file.ts'
import { memberOf, type Expression } from '../bicep/expression.ts'
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
  const inside = given.flatMap(({ name, value, at }) => {
    const parameter = declaring.parameters.find((one) => one.name === name)
    if (!parameter) return [problem(at, `${module.path} has no parameter ${name}`)]
    return literalProblems(parameter, value)
  })
  return [...missing, ...inside]
}

/** A literal of another type than declared, or none of those allowed. */
const literalProblems = ({ name, type, allowed }: Parameter, value: Expression): Finding[] => {
  const wanted = kindOf(type)
  const found = kindOfLiteral(value)
  if (wanted && found && wanted !== found) {
    return [problem(value.at, `${name} is of type ${type}, not ${found}`)]
  }
  if (value.kind !== 'literal' || allowed?.kind !== 'array') return []
  const choices = allowed.items.map((item) => (item.kind === 'literal' ? item.value : undefined))
  const { value: given } = value
  return choices.includes(given)
    ? []
    : [problem(value.at, `${name} may be ${choices.join(', ')}, not ${String(given)}`)]
}

const kindOf = (declared: string): string | undefined => {
  const type = declared.replace(/\?$/, '')
  if (type.endsWith('[]') || type === 'array') return 'array'
  if (type.startsWith('{')) return 'object'
  return ['string', 'int', 'bool', 'object'].find((one) => one === type)
}

const literalKinds: Record<string, string> = { string: 'string', number: 'int', boolean: 'bool' }

const kindOfLiteral = (value: Expression): string | undefined => {
  if (value.kind === 'template') return 'string'
  if (value.kind === 'loop') return 'array'
  if (value.kind === 'literal') return literalKinds[typeof value.value]
  return value.kind === 'object' || value.kind === 'array' ? value.kind : undefined
}
