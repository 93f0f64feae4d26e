import type { At } from '../finding.ts'
import { merged } from './merged.ts'
import {
  either,
  isAlways,
  itemsOf,
  literal,
  membersOf,
  optionsOf,
  textOf,
  unknown,
  type Value,
} from './value.ts'

type Given = {
  values: Value[]
  at: At
  /** The lambda at that place, applied. */
  applied: (index: number) => (...values: Value[]) => Value | undefined
}
type ListFunction = (given: Given) => Value | undefined

const array = (items: Value[], at: At): Value => ({ kind: 'array', items, at })
const object = (members: ReadonlyMap<string, Value>, at: At): Value => ({
  kind: 'object',
  members,
  at,
})

const isObjectLike = (value: Value | undefined): boolean =>
  optionsOf(value).some(({ kind }) => kind === 'object')

const isKnownList = (value: Value | undefined): value is Extract<Value, { kind: 'array' }> =>
  value?.kind === 'array' && value.items.every(({ kind }) => kind !== 'unknown')

/** Functions over lists and objects: each gives all that any outcome may hold. */
export const ofLists: Record<string, ListFunction> = {
  concat: ({ values, at }) =>
    values.some((value) => optionsOf(value).some(({ kind }) => kind === 'array'))
      ? array(values.flatMap(itemsOf), at)
      : undefined,
  union: ({ values, at }) => {
    if (values.some(isObjectLike)) return object(merged(values), at)
    const items = new Map(values.flatMap(itemsOf).map((item) => [textOf(item), item]))
    return array([...items.values()], at)
  },
  shallowMerge: ({ values, at }) => object(merged(itemsOf(values[0])), at),
  flatten: ({ values, at }) => array(itemsOf(values[0]).flatMap(itemsOf), at),
  map: ({ values, at, applied }) =>
    array(
      itemsOf(values[0]).map(
        (item, index) => applied(1)(item, literal(index, at)) ?? unknown('map', [item], at),
      ),
      at,
    ),
  // What cannot be decided here stays in.
  filter: ({ values, at, applied }) =>
    array(
      itemsOf(values[0]).filter((item) => {
        const kept = applied(1)(item)
        return kept === undefined || !isAlways(kept, false)
      }),
      at,
    ),
  toObject: ({ values, at, applied }) =>
    object(
      new Map(
        itemsOf(values[0]).map((item) => [textOf(applied(1)(item)), applied(2)(item) ?? item]),
      ),
      at,
    ),
  items: ({ values, at }) =>
    array(
      [...membersOf(values[0])].map(([key, value]) =>
        object(
          new Map([
            ['key', literal(key, value.at)],
            ['value', value],
          ]),
          value.at,
        ),
      ),
      at,
    ),
  objectKeys: ({ values, at }) =>
    array(
      [...membersOf(values[0]).keys()].map((key) => literal(key, at)),
      at,
    ),
  first: ({ values, at }) => either(itemsOf(values[0]).slice(0, 1), at),
  last: ({ values, at }) => either(itemsOf(values[0]).slice(-1), at),
  indexOf: ({ values: [list, item], at }) => {
    const index = itemsOf(list).findIndex((one) => textOf(one) === textOf(item))
    return isKnownList(list) ? literal(index, at) : undefined
  },
  range: ({ values, at }) => {
    const [start, count] = values
    if (start?.kind !== 'literal' || count?.kind !== 'literal') return undefined
    const numbers = Array.from({ length: Number(count.value) }, (_, index) => index)
    return array(
      numbers.map((index) => literal(Number(start.value) + index, at)),
      at,
    )
  },
  empty: ({ values: [value], at }) => {
    if (value?.kind === 'literal') return literal(value.value === '' || value.value === null, at)
    if (value?.kind === 'array') {
      return value.items.length === 0 || isKnownList(value)
        ? literal(value.items.length === 0, at)
        : undefined
    }
    return value?.kind === 'object' ? literal(value.members.size === 0, at) : undefined
  },
  length: ({ values: [value], at }) => {
    if (value?.kind === 'literal') return literal(String(value.value).length, at)
    return isKnownList(value) ? literal(value.items.length, at) : undefined
  },
  contains: ({ values: [whole, part], at }) => {
    if (part?.kind !== 'literal' || !whole) return undefined
    if (whole.kind === 'literal')
      return literal(String(whole.value).includes(String(part.value)), at)
    if (whole.kind === 'object') return literal(whole.members.has(String(part.value)), at)
    if (!isKnownList(whole)) return undefined
    return literal(
      whole.items.some((item) => item.kind === 'literal' && item.value === part.value),
      at,
    )
  },
}
