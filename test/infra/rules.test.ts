import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import { openReader, readTexts, type Texts } from '../../infra/check/bicep/templates.ts'
import { checkTemplates, type Known } from '../../infra/check/check.ts'
import { findingText } from '../../infra/check/finding.ts'
import { product } from '../../infra/check/product.ts'
import { readSchemas } from '../../infra/check/schema/read-schemas.ts'
import { brokenCopies } from './broken-copies.ts'
import type { BrokenCopy } from './broken-copy.ts'

const texts = readTexts(fileURLToPath(new URL('../../', import.meta.url)))
const found = (some: Texts) => checkTemplates(some, known).map((one) => findingText(one))

let known: Known
let asTheyAre: ReadonlySet<string>

beforeAll(async () => {
  known = { read: await openReader(), schemas: readSchemas(), product }
  asTheyAre = new Set(found(texts))
})

it('the templates are sound', () => {
  expect([...asTheyAre]).toEqual([])
})

const spoilt = ({ file, edit }: BrokenCopy): Texts => {
  const text = texts.get(file) ?? ''
  if ('add' in edit) return new Map([...texts, [file, text + edit.add]])
  expect(text, `the text to spoil is no longer in ${file}`).toContain(edit.from)
  return new Map([...texts, [file, text.replace(edit.from, () => edit.to)]])
}

it.each(brokenCopies.map((copy, index) => ({ ...copy, index })))(
  'a broken copy of $file is named by the rule $rule ($says #$index)',
  (copy) => {
    const news = found(spoilt(copy)).filter((one) => !asTheyAre.has(one))
    const naming = news.filter((one) => one.includes(` ${copy.rule}: `))
    expect(
      naming.filter((one) => one.includes(copy.says ?? '')),
      news.join('\n'),
    ).not.toEqual([])
  },
)
