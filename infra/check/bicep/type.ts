/** A type as a template declares it. */
export type Type =
  | { kind: 'any' }
  /** `string`, `int`, `bool`, `object`, `array`, or the name of a declared one. */
  | { kind: 'named'; name: string }
  | { kind: 'list'; of: Type }
  | { kind: 'choice'; of: readonly (string | number | boolean)[] }
  | { kind: 'object'; members: ReadonlyMap<string, Type> }
  | { kind: 'nullable'; of: Type }

/** The types that Bicep itself names. */
export const ownTypes: ReadonlySet<string> = new Set(['string', 'int', 'bool', 'object', 'array'])

/** The names that a type is made of, Bicep's own apart. */
export const namesInType = (type: Type): string[] => {
  if (type.kind === 'named') return ownTypes.has(type.name) ? [] : [type.name]
  if (type.kind === 'object') return [...type.members.values()].flatMap(namesInType)
  return type.kind === 'list' || type.kind === 'nullable' ? namesInType(type.of) : []
}
