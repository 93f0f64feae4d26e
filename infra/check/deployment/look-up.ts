import { pathFrom } from '../bicep/templates.ts'
import type { At } from '../finding.ts'
import type { Scope } from './scope.ts'
import { unknown, type Value } from './value.ts'

/** What a name stands for in one deployment of its file. */
export const lookUp = (name: string, scope: Scope, at: At): Value =>
  scope.locals.get(name) ??
  scope.parameters.get(name) ??
  variable(name, scope) ??
  resource(name, scope, at) ??
  imported(name, scope) ??
  unknown(name, [], at)

const variable = (name: string, scope: Scope): Value | undefined => {
  const known = scope.computed.get(name)
  if (known) return known
  const found = scope.file.variables.find((one) => one.name === name)
  if (!found) return undefined
  // Stands in while it is computed, so that a variable that names itself comes to an end.
  scope.computed.set(name, unknown(name, [], found.at))
  const value = scope.evaluate(found.value, { ...scope, locals: new Map() })
  scope.computed.set(name, value)
  return value
}

const resource = (name: string, scope: Scope, at: At): Value | undefined => {
  const declaration = scope.file.resources.find((one) => one.name === name)
  if (!declaration) return undefined
  return { kind: 'reference', to: { declaration, scope }, path: [], at }
}

const imported = (name: string, scope: Scope): Value | undefined => {
  for (const { names, path } of scope.file.imports) {
    const file = scope.templates.files.get(pathFrom(scope.file.path, path))
    if (!names.includes(name) || !file) continue
    return variable(name, { ...scope, file, parameters: new Map(), computed: new Map() })
  }
  return undefined
}
