import { describe, expect, it } from 'vitest'
import { pagesIn, readableText, tagsOf, words } from './pages-fixtures.ts'

const pages = words.flatMap((language) =>
  pagesIn(language).map(([name, page]) => ({ name, page, language: language.language })),
)

const attribute = (attributes: string, name: string) =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(attributes)?.[1]

describe.each(pages)('the page $name in $language', ({ page, language }) => {
  const tags = tagsOf(page)
  const opened = (name: string) => tags.filter((tag) => tag.name === name && !tag.closes)

  it('names its language and has a title of its own', () => {
    expect(page).toMatch(/^<!doctype html>\s*<html lang="(en|nl)">/)
    expect(attribute(opened('html')[0]?.attributes ?? '', 'lang')).toBe(language)
    expect(page).toMatch(/<title>[^<]{10,} – Northwind Marketplace B\.V\.<\/title>/)
  })

  it('has one main landmark, one header, one footer and one first heading', () => {
    for (const name of ['main', 'header', 'footer', 'h1', 'title', 'style']) {
      expect(opened(name), name).toHaveLength(1)
    }
  })

  it('skips no level of heading', () => {
    const levels = tags.filter(({ name, closes }) => /^h\d$/.test(name) && !closes)
    levels.reduce((before, { name }) => {
      expect(Number(name[1])).toBeLessThanOrEqual(before + 1)
      return Number(name[1])
    }, 0)
  })

  it('labels each section by its own heading, with ids used once', () => {
    const ids = tags.flatMap(({ attributes }) => attribute(attributes, 'id') ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    for (const { attributes } of opened('section')) {
      expect(ids).toContain(attribute(attributes, 'aria-labelledby'))
    }
  })

  it('closes what it opens', () => {
    const open: string[] = []
    const empty = new Set(['meta', 'link', 'br', 'input', 'doctype'])
    for (const { name, closes } of tags.filter((tag) => !empty.has(tag.name))) {
      if (closes) expect(open.pop()).toBe(name)
      else open.push(name)
    }
    expect(open).toEqual([])
  })

  it('needs no script and carries no inline style or handler', () => {
    expect(opened('script')).toEqual([])
    for (const { attributes } of tags) expect(attributes).not.toMatch(/\s(on[a-z]+|style)=/)
  })

  it('says who runs the service, how to reach them, and leads home', () => {
    const footer = page.slice(page.indexOf('<footer>'))
    expect(footer).toContain('Northwind Marketplace B.V.')
    expect(footer).toContain('<a href="mailto:partners@northwind.example">')
    expect(footer).toContain('<a href="/">')
  })

  it('reads well with a legal name that ends in a full stop', () => {
    expect(readableText(page)).not.toMatch(/\.\.|undefined|\[object|NaN/)
  })
})
