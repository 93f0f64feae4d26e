import type { BicepFile } from '../bicep/bicep-file.ts'
import { memberOf, partsOf, within, type Expression } from '../bicep/expression.ts'
import { bareBody } from '../deployment/bodies.ts'
import type { At, Finding } from '../finding.ts'
import type { Schemas } from '../schema/read-schemas.ts'
import { expressionsOf } from './symbols.ts'

const problem = (at: At, rule: string, says: string): Finding => ({ ...at, rule, says })

/** What the compiler refuses by where it stands. */
export const placementProblems = (file: BicepFile, schemas: Schemas): Finding[] => [
  ...loopProblems(file),
  ...startProblems(file),
  ...file.resources
    .filter(({ isExisting }) => !isExisting)
    .flatMap(({ type, at }) => {
      const scopes = schemas.get(type.toLowerCase())?.scopes.toLowerCase().split(', ')
      const everywhere = ['all', 'allexceptextension', file.scope.toLowerCase()]
      if (!scopes || scopes.some((scope) => everywhere.includes(scope))) return []
      return [problem(at, 'scope', `${type} cannot be deployed to a ${file.scope}`)]
    }),
]

// BCP138: a loop may be the whole value of a variable, output, resource, module or property.
const loopProblems = (file: BicepFile): Finding[] => {
  const tops = [
    ...file.variables.map(({ value }) => value),
    ...file.outputs.map(({ value }) => value),
    ...file.resources.map(({ body }) => body),
    ...file.modules.map(({ body }) => body),
  ]
  return tops.flatMap((top) => misplaced(top, true))
}

const misplaced = (expression: Expression, isAllowed: boolean): Finding[] => {
  const own =
    expression.kind === 'loop' && !isAllowed
      ? [
          problem(
            expression.at,
            'loop',
            'a loop cannot stand inside another expression: use a variable',
          ),
        ]
      : []
  const keeps = ['object', 'loop', 'conditional'].includes(expression.kind)
  return [...own, ...partsOf(expression).flatMap((part) => misplaced(part, keeps))]
}

// BCP120, BCP178, BCP182: names, scopes, conditions, the lists of loops and all of a variable's loop
// must be known before anything is deployed.
const startProblems = (file: BicepFile): Finding[] =>
  [
    ...[...file.resources, ...file.modules].flatMap(({ body }) => namesOf(body)),
    ...expressionsOf(file).flatMap((top) => within(top).flatMap((part) => controlsOf(part))),
    ...file.variables.flatMap(({ value }) => (value.kind === 'loop' ? [value.body] : [])),
  ].flatMap((one) => runtimeParts(one, file))

const namesOf = (body: Expression): Expression[] => {
  const bare = bareBody(body)
  return ['name', 'scope', 'parent'].flatMap((name) => memberOf(bare, name) ?? [])
}

const controlsOf = (part: Expression): Expression[] => {
  if (part.kind === 'loop') return [part.source]
  return part.kind === 'conditional' ? [part.condition] : []
}

const runtimeParts = (expression: Expression, file: BicepFile): Finding[] =>
  within(expression).flatMap((part) => {
    if (part.kind === 'name') {
      const variable = file.variables.find(({ name }) => name === part.name)
      return variable ? runtimeParts(variable.value, file) : []
    }
    if (part.kind !== 'member' || !isRuntime(part, file)) return []
    return [problem(expression.at, 'start', `${part.text} is known only while deploying`)]
  })

const isRuntime = ({ object, name }: Extract<Expression, { kind: 'member' }>, file: BicepFile) => {
  const target = object.kind === 'item' ? object.object : object
  if (target.kind !== 'name') return false
  const isModule = file.modules.some((one) => one.name === target.name)
  const isResource = file.resources.some((one) => one.name === target.name)
  return (isModule && name === 'outputs') || (isResource && !knownAtStart.has(name))
}

const knownAtStart = new Set(['id', 'name', 'type', 'apiVersion'])
