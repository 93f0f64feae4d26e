const markup = Symbol('markup')

/** Markup that is safe to send: only {@link html} and {@link css} can make it. */
export type Html = { readonly [markup]: string }

/** What a template may hold: everything but {@link Html} is escaped; absent values and `false` leave nothing. */
export type Interpolated =
  string | number | Html | false | null | undefined | readonly Interpolated[]

/** Template tag that escapes every value for text and for quoted attributes; arrays are joined. */
export const html = (parts: TemplateStringsArray, ...values: readonly Interpolated[]): Html => ({
  [markup]: parts.map((part, index) => part + escaped(values[index])).join(''),
})

/** Template tag for a constant style text: it takes no values, so nothing from outside can get in. */
export const css = (parts: TemplateStringsArray): Html => ({ [markup]: parts.join('') })

/** The text to send. */
export const textOf = (safe: Html): string => safe[markup]

const escaped = (value: Interpolated): string => {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string') return value.replace(/[&<>"'`]/g, (character) => entity(character))
  if (typeof value === 'number') return String(value)
  return isList(value) ? value.map(escaped).join('') : value[markup]
}

// Array.isArray does not narrow a readonly array.
const isList = (value: Html | readonly Interpolated[]): value is readonly Interpolated[] =>
  Array.isArray(value)

const named: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

const entity = (character: string): string => named[character] ?? `&#${character.charCodeAt(0)};`
