import { literal, type Value } from './value.ts'

/** A value as JSON has it. */
export const fromJson = (json: unknown, at: Value['at']): Value => {
  if (Array.isArray(json)) {
    return { kind: 'array', items: json.map((item) => fromJson(item, at)), at }
  }
  if (typeof json === 'object' && json !== null) {
    const members = new Map(Object.entries(json).map(([name, one]) => [name, fromJson(one, at)]))
    return { kind: 'object', members, at }
  }
  const isPlain = typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean'
  return literal(isPlain ? json : null, at)
}
