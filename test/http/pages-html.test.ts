import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html, textOf } from '../../shared/http/pages/html.ts'
import { contactLink, link } from '../../shared/http/pages/link.ts'
import { decoded, pagesIn, tagsOf, words } from './pages-fixtures.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.constantFrom('<', '>', '"', "'", '&', '`', '=', '/', '</style>', '-->', 'x', ' '))
    .map((parts) => parts.join('')),
)

describe('the html template', () => {
  it('keeps any string inside text and gives it back unchanged when read', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const inside = /^<p>([^<>]*)<\/p>$/.exec(textOf(html`<p>${value}</p>`))?.[1]
        expect(inside).toBeDefined()
        expect(decoded(inside ?? '')).toBe(value)
      }),
    )
  })

  it('keeps any string inside a quoted attribute, whichever the quote', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        // prettier-ignore
        const text = textOf(html`<p title="${value}" lang='${value}'></p>`)
        const [, double, single] = /^<p title="([^"<>]*)" lang='([^'<>]*)'><\/p>$/.exec(text) ?? []
        expect(decoded(double ?? '')).toBe(value)
        expect(decoded(single ?? '')).toBe(value)
      }),
    )
  })

  it('lets no ampersand of a value begin an entity of its own', () => {
    expect(textOf(html`${'&lt;b&gt; &#60;'}`)).toBe('&amp;lt;b&amp;gt; &amp;#60;')
  })

  it('nests its own markup without escaping it again, and joins lists', () => {
    const items = ['a & b', '<c>'].map((item) => html`<li>${item}</li>`)
    expect(textOf(html`<b>${items}</b>`)).toBe('<b><li>a &amp; b</li><li>&lt;c&gt;</li></b>')
    expect(textOf(html`${[['<'], html`<br />`]}`)).toBe('&lt;<br />')
  })

  it('leaves nothing for absent values, but shows zero', () => {
    expect(textOf(html`[${undefined}${null}${false}${''}${0}]`)).toBe('[0]')
  })

  it('does not take markup from an object that only looks like its own', () => {
    const forged = { markup: '<b>', text: '<b>', toString: () => '<b>' }
    // @ts-expect-error the type refuses it too
    expect(textOf(html`${forged}`)).not.toContain('<b>')
  })
})

describe('every page', () => {
  it.each(words)('keeps its structure whatever the values are ($language)', (language) => {
    const structure = (value: string) =>
      pagesIn(language, (view) => filled(view, `<"'${value}`)).map(([name, page]) => [
        name,
        tagsOf(page).map(({ name: tagName, closes }) => (closes ? `/${tagName}` : tagName)),
      ])
    const expected = structure('')
    fc.assert(
      fc.property(hostile, (value) => {
        expect(structure(value)).toEqual(expected)
      }),
      { numRuns: 25 },
    )
  })
})

describe('links', () => {
  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://x.example',
    '//evil.example',
    '/\\evil.example',
    'https://x.example\\@y',
  ])('are not made of %s', (address) => {
    expect(textOf(link(address))).not.toContain('href')
  })

  it.each([
    ['partners@northwind.example', 'mailto:partners@northwind.example'],
    ['+31 (20) 123 45 67', 'tel:+31201234567'],
    ['https://northwind.example/help', 'https://northwind.example/help'],
  ])('reach the operator at %s', (contact, target) => {
    expect(textOf(contactLink(contact))).toBe(`<a href="${target}">${contact}</a>`)
  })

  it('leave a contact in free words as it is', () => {
    expect(textOf(contactLink('Desk 4, Amsterdam'))).toBe('Desk 4, Amsterdam')
  })
})

/** The same view with each string (but the one that selects the words) replaced. */
const filled = <T>(view: T, value: string): T => {
  const copy = structuredClone(view)
  fill(copy, value)
  return copy
}

const fill = (part: unknown, value: string): void => {
  if (!isRecord(part)) return
  for (const [key, inner] of Object.entries(part)) {
    if (typeof inner !== 'string') fill(inner, value)
    else if (!choosing.has(key)) part[key] = value
  }
}

// What selects the words is no text from outside.
const choosing = new Set(['kind', 'status', 'revokedBy'])

const isRecord = (part: unknown): part is Record<string, unknown> =>
  typeof part === 'object' && part !== null
