import { en } from './catalogue-en.ts'
import { nl } from './catalogue-nl.ts'

/** All wording of the pages in one language; the compiler holds every language to the keys of the English one. */
export type Catalogue = Widened<typeof en>

export type Language = keyof typeof catalogues

/** Every language of the pages. */
export const catalogues = { en, nl } satisfies Record<string, Catalogue>

/**
 * The language a reader prefers, from `Accept-Language` (RFC 9110 section 12.5.4): the highest
 * quality wins, then the order in the header; English where nothing fits.
 */
export const languageOf = (acceptLanguage: string | null): Language => {
  const ranges = (acceptLanguage ?? '').split(',').map(readRange)
  const ranked = languages
    .map((language) => rangeFor(language, ranges))
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality || a.position - b.position)
  return ranked[0]?.language ?? 'en'
}

type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => infer R
    ? (...args: A) => Widened<R>
    : { [K in keyof T]: Widened<T[K]> }

type Range = { language: string; quality: number; position: number }

const languages: readonly Language[] = ['en', 'nl']

const readRange = (text: string, position: number): Range => {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  const isWeight = weight === undefined || /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight)
  return {
    language: tag.split('-')[0] ?? '',
    quality: isWeight ? Number(weight ?? 1) : 0,
    position,
  }
}

// The wildcard stands for the languages that the header does not name.
const rangeFor = (language: Language, ranges: readonly Range[]) => {
  const own = ranges.filter((range) => range.language === language)
  const best = own.toSorted((a, b) => b.quality - a.quality)[0]
  const { quality, position } = best ?? ranges.find((range) => range.language === '*') ?? none
  return { language, quality, position }
}

const none = { quality: 0, position: 0 }
