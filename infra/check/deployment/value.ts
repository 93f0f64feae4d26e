import type { At } from '../finding.ts'
import type { Resource } from '../bicep/bicep-file.ts'
import type { Scope } from './scope.ts'

/** Where a resource or module is declared, in one deployment of its file. */
export type Declared<T> = {
  declaration: T
  scope: Scope
  /** Which one, of a resource in a loop. */
  index?: number
}

/**
 * What an expression may come to. Where a condition or an address is known only in Azure, a list or
 * an object holds everything that any outcome would put there: the rules ask what may be.
 */
export type Value = { at: At } & (
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'object'; members: ReadonlyMap<string, Value> }
  | { kind: 'array'; items: Value[] }
  | { kind: 'either'; options: Value[] }
  /** Something about a resource, such as its `id` or `properties.vaultUri`. */
  | { kind: 'reference'; to: Declared<Resource>; path: string[] }
  /** Known only in Azure; `roots` are the parameters of main.bicep that it is made from. */
  | { kind: 'unknown'; text: string; roots: ReadonlySet<string> }
)

export const literal = (value: string | number | boolean | null, at: At): Value => ({
  kind: 'literal',
  value,
  at,
})

export const unknown = (text: string, from: readonly Value[], at: At): Value => ({
  kind: 'unknown',
  text,
  roots: new Set(from.flatMap((value) => [...rootsOf(value)])),
  at,
})

/** The parameters of main.bicep whose value flows into this one. */
export const rootsOf = (value: Value): ReadonlySet<string> => {
  if (value.kind === 'unknown') return value.roots
  return new Set(insideOf(value).flatMap((inner) => [...rootsOf(inner)]))
}

const insideOf = (value: Value): Value[] => {
  if (value.kind === 'object') return [...value.members.values()]
  if (value.kind === 'array') return value.items
  return value.kind === 'either' ? value.options : []
}

/** A value and everything inside it. */
export const everyValue = (value: Value): Value[] => [value, ...insideOf(value).flatMap(everyValue)]

/** Each outcome that a value may have. */
export const optionsOf = (value: Value | undefined): Value[] => {
  if (value === undefined) return []
  return value.kind === 'either' ? value.options.flatMap(optionsOf) : [value]
}

/** One of these; alike literals count once. */
export const either = (options: readonly Value[], at: At): Value => {
  const flat = new Map(options.flatMap(optionsOf).map((one) => [keyOf(one), one]))
  const [first, ...others] = flat.values()
  if (!first) return literal(null, at)
  return others.length === 0 ? first : { kind: 'either', options: [first, ...others], at }
}

const keyOf = (value: Value): unknown =>
  value.kind === 'literal' || value.kind === 'unknown' ? `${value.kind} ${textOf(value)}` : value

/** Every item that a list may hold. */
export const itemsOf = (value: Value | undefined): Value[] =>
  optionsOf(value).flatMap((option) => {
    if (option.kind === 'array') return option.items
    if (option.kind === 'literal') return []
    return [unknown(`${textOf(option)}[*]`, [option], option.at)]
  })

/** Every member that an object may hold, under its name; one that an outcome lacks may be null. */
export const membersOf = (value: Value | undefined): ReadonlyMap<string, Value> => {
  const options = optionsOf(value)
  const [only] = options
  if (options.length === 1 && only?.kind === 'object') return only.members
  const names = options.flatMap((one) => (one.kind === 'object' ? [...one.members.keys()] : []))
  return new Map(
    names.map((name) => {
      const members = options.map((one) => memberIn(one, name))
      return [name, either(members, members[0]?.at ?? { file: '', line: 0 })] as const
    }),
  )
}

const memberIn = (option: Value, name: string): Value => {
  if (option.kind === 'object') return option.members.get(name) ?? literal(null, option.at)
  if (option.kind === 'literal') return literal(null, option.at)
  return unknown(`${textOf(option)}.${name}`, [option], option.at)
}

/** What lies at a path of names inside a value. */
export const at = (value: Value | undefined, ...path: string[]): Value | undefined =>
  path.reduce<Value | undefined>((inner, name) => membersOf(inner).get(name), value)

/** The literals that a value may be; `undefined` stands for one that is not literal. */
export const literalsOf = (
  value: Value | undefined,
): (string | number | boolean | null | undefined)[] =>
  optionsOf(value).map((one) => (one.kind === 'literal' ? one.value : undefined))

/** Whether a value is that literal in every outcome. */
export const isAlways = (
  value: Value | undefined,
  expected: string | number | boolean | null,
): boolean => {
  const literals = literalsOf(value)
  return literals.length > 0 && literals.every((one) => one === expected)
}

const nameIn = ({ declaration: { name }, index }: Declared<Resource>): string =>
  index === undefined ? name : `${name}[${index}]`

/** A value in words; the same value always in the same ones. */
export const textOf = (value: Value | undefined): string => {
  if (!value) return 'nothing'
  switch (value.kind) {
    case 'literal':
      return String(value.value)
    case 'unknown':
      return value.text
    case 'reference':
      return [nameIn(value.to), ...value.path].join('.')
    case 'array':
      return `[${value.items.map(textOf).join(', ')}]`
    case 'object':
      return `{${[...value.members].map(([name, one]) => `${name}: ${textOf(one)}`).join(', ')}}`
    default:
      return value.options.map(textOf).join(' or ')
  }
}
