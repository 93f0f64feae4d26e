import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { textOf } from '../../shared/http/pages/html.ts'
import { pageHeaders } from '../../shared/http/pages/security-headers.ts'
import { styleSource } from '../../shared/http/pages/style.ts'
import { theme } from '../../shared/http/pages/style/theme.ts'
import { pagesIn, words } from './pages-fixtures.ts'

describe('the style', () => {
  it('of every page, byte by byte, has the hash that the policy allows', () => {
    for (const [name, page] of words.flatMap((language) => pagesIn(language))) {
      const text = /<style>([^]*)<\/style>/.exec(page)?.[1] ?? ''
      const hash = createHash('sha256').update(text).digest('base64')
      expect(styleSource(), name).toBe(`'sha256-${hash}'`)
    }
  })

  const [light = {}, dark = {}] = textOf(theme).split('@media').map(coloursIn)

  it.each([
    ['light', light],
    ['dark', dark],
  ])('has enough contrast in the %s scheme (WCAG 2.2, 1.4.3 and 1.4.11)', (_, colours) => {
    const contrastOf = (text: string, ground: string) =>
      contrast(colours[text] ?? '', colours[ground] ?? '')
    for (const ground of ['ground', 'card', 'inset']) {
      for (const text of ['text', 'muted', 'accent', 'accent-strong', 'good', 'danger']) {
        expect(contrastOf(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
      }
      expect(contrastOf('notice', ground), `notice on ${ground}`).toBeGreaterThanOrEqual(3)
    }
    for (const button of ['accent', 'accent-strong']) {
      expect(contrastOf('on-accent', button), button).toBeGreaterThanOrEqual(4.5)
    }
    expect(contrastOf('on-danger', 'danger')).toBeGreaterThanOrEqual(4.5)
  })

  it('moves nothing unless motion is welcome', () => {
    const style = /<style>([^]*)<\/style>/.exec(pagesIn(words[0] ?? never())[0]?.[1] ?? '')?.[1]
    const [still = '', moving = ''] =
      style?.split('@media (prefers-reduced-motion: no-preference)') ?? []
    expect(still).not.toMatch(/transition|animation|smooth/)
    expect(moving).toContain('transition')
  })
})

describe('the headers of a page', () => {
  const headers = pageHeaders({ authorityOrigin: 'https://login.microsoftonline.com/common?x' })

  it('allow one style, one place for the form beside this site, and nothing else', () => {
    expect(headers['content-security-policy'].split('; ')).toEqual([
      `default-src 'none'`,
      `style-src ${styleSource()}`,
      `img-src 'self' data:`,
      `form-action 'self' https://login.microsoftonline.com`,
      `frame-ancestors 'none'`,
      `base-uri 'none'`,
    ])
  })

  it('forbid storing, guessing the type, framing and telling other sites where one came from', () => {
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d{8}/)
    expect(headers['permissions-policy']).toContain('camera=()')
  })

  it('refuse an authority that is no address', () => {
    expect(() => pageHeaders({ authorityOrigin: `x; script-src 'unsafe-inline'` })).toThrow()
  })
})

const never = (): never => {
  throw new Error('no catalogue')
}

function coloursIn(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name, colour]) => [name, colour]),
  )
}

/** WCAG 2.2 contrast ratio of two `#rrggbb` colours. */
function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

function luminance(colour: string): number {
  const [red = NaN, green = NaN, blue = NaN] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
