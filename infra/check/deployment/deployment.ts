import type { BicepFile, Module, Parameter, Resource } from '../bicep/bicep-file.ts'
import { mainPath, pathFrom, type Templates } from '../bicep/templates.ts'
import type { At } from '../finding.ts'
import { bodiesOf } from './bodies.ts'
import { evaluate } from './evaluate.ts'
import type { Scope } from './scope.ts'
import { at as inside, literal, type Value } from './value.ts'

/** A resource as one deployment makes it; of a loop, one for each item. */
export type Instance = {
  declaration: Resource
  type: string
  at: At
  /** The conditions it stands behind. */
  conditions: Value[]
  body: Value
  scope: Scope
}

/** What the templates deploy; `parameters` are those of main.bicep. */
export type Deployment = { scopes: Scope[]; instances: Instance[]; outputs: Map<string, Value> }

/** What stands for a parameter of main.bicep that nobody gave. */
export type Given = (parameter: Parameter) => Value

/** Every parameter left open: tells what any choice of parameters may deploy. */
export const leftOpen: Given = (parameter) => ({
  kind: 'unknown',
  text: parameter.name,
  roots: new Set([parameter.name]),
  at: parameter.at,
})

/** Follows the modules from main.bicep. */
export const deploy = (templates: Templates, given: Given | 'defaults'): Deployment => {
  const main = templates.files.get(mainPath)
  if (!main) return { scopes: [], instances: [], outputs: new Map() }
  const top = scopeOf({ file: main, templates, path: [], given: new Map() }, given)
  const scopes = allScopes(top)
  return {
    scopes,
    instances: scopes.flatMap(instancesOf),
    outputs: new Map(main.outputs.map((output) => [output.name, evaluate(output.value, top)])),
  }
}

type Opening = {
  file: BicepFile
  templates: Templates
  path: readonly string[]
  given: ReadonlyMap<string, Value>
}

const scopeOf = ({ given, ...opening }: Opening, otherwise: Given | 'defaults'): Scope => {
  const parameters = new Map<string, Value>()
  const scope: Scope = {
    ...opening,
    evaluate,
    parameters,
    locals: new Map(),
    computed: new Map(),
    children: new Map(),
  }
  for (const parameter of opening.file.parameters) {
    const value = given.get(parameter.name)
    parameters.set(parameter.name, value ?? defaultOf(parameter, scope, otherwise))
  }
  // In the order of need: a module's parameters may name the outputs of one that is written later.
  const waiting = new Set(opening.file.modules)
  const open = (module: Module): void => {
    if (!waiting.delete(module)) return
    for (const other of waiting) if (module.body.text.includes(`${other.name}.`)) open(other)
    for (const other of waiting) if (module.body.text.includes(`${other.name}[`)) open(other)
    scope.children.set(module.name, childrenOf(module, scope))
  }
  for (const module of opening.file.modules) open(module)
  return scope
}

const defaultOf = (parameter: Parameter, scope: Scope, otherwise: Given | 'defaults'): Value => {
  const isTop = scope.path.length === 0
  if (isTop && otherwise !== 'defaults') return otherwise(parameter)
  if (parameter.value) return evaluate(parameter.value, scope)
  return isTop || !parameter.type.endsWith('?') ? leftOpen(parameter) : literal(null, parameter.at)
}

const childrenOf = (module: Module, scope: Scope): Scope[] => {
  const { templates } = scope
  const file = templates.files.get(pathFrom(scope.file.path, module.path))
  if (!file) return []
  return bodiesOf(module.body, scope).map(({ body }) => {
    const params = inside(body, 'params')
    const given = params?.kind === 'object' ? params.members : new Map<string, Value>()
    return scopeOf({ file, templates, path: [...scope.path, module.name], given }, 'defaults')
  })
}

const allScopes = (scope: Scope): Scope[] => [
  scope,
  ...[...scope.children.values()].flat().flatMap(allScopes),
]

const instancesOf = (scope: Scope): Instance[] =>
  scope.file.resources.flatMap((declaration) =>
    bodiesOf(declaration.body, scope).map((made) => ({
      declaration,
      type: declaration.type,
      at: declaration.at,
      ...made,
    })),
  )
