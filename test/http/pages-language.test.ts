import { describe, expect, it } from 'vitest'
import { catalogues, languageOf } from '../../shared/http/pages/catalogue.ts'

describe('the language of a page', () => {
  it.each([
    [null, 'en'],
    ['', 'en'],
    ['nl', 'nl'],
    ['NL-be', 'nl'],
    ['de, fr', 'en'],
    ['de, nl;q=0.3', 'nl'],
    ['en;q=0.4, nl;q=0.8', 'nl'],
    ['nl;q=0.4, en;q=0.8', 'en'],
    ['nl;q=0.5, en;q=0.5', 'nl'],
    ['en, nl', 'en'],
    ['nl;q=0', 'en'],
    ['de, en;q=0', 'en'],
    ['nl;q=0, *', 'en'],
    ['en;q=0, *;q=0.1', 'nl'],
    ['*', 'en'],
    ['*;q=0.5, nl;q=0.1', 'en'],
    ['nl ; q=1.000 , en ; q=0.999', 'nl'],
    ['nl;q=2, en;q=0.1', 'en'],
    ['nl;q=high', 'en'],
    ['nld', 'en'],
    ['__proto__', 'en'],
  ])('for Accept-Language %j is %s', (header, language) => {
    expect(languageOf(header)).toBe(language)
  })

  it('is told by each catalogue, with the same keys in both', () => {
    const keys = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value)
            .map(([key, part]) => [key, keys(part)])
            .toSorted(([a], [b]) => String(a).localeCompare(String(b)))
        : typeof value
    for (const [language, words] of Object.entries(catalogues)) {
      expect(words.language).toBe(language)
      expect(keys(words)).toEqual(keys(catalogues.en))
    }
  })
})
