import type { Module, Output, Parameter, Resource } from '../bicep/bicep-file.ts'
import { mainPath, pathFrom, type Templates } from '../bicep/templates.ts'
import type { At, Finding } from '../finding.ts'
import { bodiesOf } from './bodies.ts'
import { evaluate } from './evaluate.ts'
import { defaults, open, type Given } from './given.ts'
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

/** What an output of main.bicep or of a module comes to. */
export type Told = { output: Output; value: Value; scope: Scope }

/** What the templates deploy, what they tell, and what is wrong in the expressions they do it by. */
export type Deployment = {
  scopes: Scope[]
  instances: Instance[]
  told: Told[]
  problems: Finding[]
}

/** Follows the modules from main.bicep. */
export const deploy = (templates: Templates, given: Given): Deployment => {
  const problems: Finding[] = []
  const main = templates.files.get(mainPath)
  if (!main) return { scopes: [], instances: [], told: [], problems }
  const top = scopeOf({ file: main, templates, path: [], given: new Map(), problems }, given)
  const scopes = allScopes(top)
  return {
    scopes,
    instances: scopes.flatMap(instancesOf),
    told: scopes.flatMap((scope) =>
      scope.file.outputs.map((output) => ({
        output,
        value: evaluate(output.value, scope),
        scope,
      })),
    ),
    problems,
  }
}

type Opening = Pick<Scope, 'file' | 'templates' | 'path' | 'problems'> & {
  given: ReadonlyMap<string, Value>
}

const scopeOf = ({ given, ...opening }: Opening, otherwise: Given): Scope => {
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
  const expand = (module: Module): void => {
    if (!waiting.delete(module)) return
    for (const other of waiting) if (module.body.text.includes(`${other.name}.`)) expand(other)
    for (const other of waiting) if (module.body.text.includes(`${other.name}[`)) expand(other)
    scope.children.set(module.name, childrenOf(module, scope))
  }
  for (const module of opening.file.modules) expand(module)
  return scope
}

const defaultOf = (parameter: Parameter, scope: Scope, otherwise: Given): Value => {
  const isTop = scope.path.length === 0
  const chosen = isTop ? otherwise(parameter) : undefined
  if (chosen) return chosen
  if (parameter.value) return evaluate(parameter.value, scope)
  return isTop || !parameter.type.endsWith('?') ? open(parameter) : literal(null, parameter.at)
}

const childrenOf = (module: Module, scope: Scope): Scope[] => {
  const { templates, problems } = scope
  const file = templates.files.get(pathFrom(scope.file.path, module.path))
  if (!file) return []
  return bodiesOf(module.body, scope).map(({ body }) => {
    const params = inside(body, 'params')
    const given = params?.kind === 'object' ? params.members : new Map<string, Value>()
    const path = [...scope.path, module.name]
    return scopeOf({ file, templates, path, given, problems }, defaults)
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
