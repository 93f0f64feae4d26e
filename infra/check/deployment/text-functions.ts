import type { At } from '../finding.ts'
import { fromJson } from './json.ts'
import { itemsOf, literal, type Value } from './value.ts'

type TextFunction = (values: Value[], at: At) => Value | undefined

const plain =
  (apply: (...texts: string[]) => string | number | boolean): TextFunction =>
  (values, at) => {
    const texts = values.flatMap((value) => (value.kind === 'literal' ? [String(value.value)] : []))
    return texts.length === values.length ? literal(apply(...texts), at) : undefined
  }

const listed = (texts: readonly string[], at: At): Value => ({
  kind: 'array',
  items: texts.map((text) => literal(text, at)),
  at,
})

/** Functions over texts, for texts that are known. */
export const ofTexts: Record<string, TextFunction> = {
  toLower: plain((text = '') => text.toLowerCase()),
  toUpper: plain((text = '') => text.toUpperCase()),
  trim: plain((text = '') => text.trim()),
  string: plain((text = '') => text),
  int: plain(Number),
  bool: plain((text) => text?.toLowerCase() === 'true'),
  replace: plain((text = '', from = '', to = '') => text.replaceAll(from, to)),
  concat: plain((...texts) => texts.join('')),
  startsWith: plain((text = '', start = '') => text.startsWith(start)),
  endsWith: plain((text = '', end = '') => text.endsWith(end)),
  take: plain((text = '', count) => text.slice(0, Number(count))),
  skip: plain((text = '', count) => text.slice(Number(count))),
  substring: plain((text = '', from, count) =>
    text.slice(Number(from), count === undefined ? undefined : Number(from) + Number(count)),
  ),
  format: plain((text = '', ...parts) =>
    text.replaceAll(/\{(\d+)\}/g, (_, index: string) => parts[Number(index)] ?? ''),
  ),
  split: ([text, by], at) =>
    text?.kind === 'literal' && by?.kind === 'literal'
      ? listed(String(text.value).split(String(by.value)), at)
      : undefined,
  join: ([list, by], at) => {
    const items = itemsOf(list)
    const isKnown = list?.kind === 'array' && items.every(({ kind }) => kind === 'literal')
    if (!isKnown || by?.kind !== 'literal') return undefined
    const texts = items.flatMap((item) => (item.kind === 'literal' ? [String(item.value)] : []))
    return literal(texts.join(String(by.value)), at)
  },
  json: ([text], at) => {
    if (text?.kind !== 'literal') return undefined
    const parsed: unknown = JSON.parse(String(text.value))
    return fromJson(parsed, at)
  },
}
