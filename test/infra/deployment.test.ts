import { beforeAll, expect, it } from 'vitest'
import { openReader, readTemplates, type ReadText } from '../../infra/check/bicep/templates.ts'
import { deploy } from '../../infra/check/deployment/deployment.ts'
import { defaults, leftOpen, type Given } from '../../infra/check/deployment/given.ts'
import { rootsOf, textOf } from '../../infra/check/deployment/value.ts'

let read: ReadText

beforeAll(async () => {
  read = await openReader()
})

type Files = Record<string, string>

const deployed = (files: Files, how: Given) => {
  const texts = new Map(Object.entries(files).map(([path, text]) => [`infra/${path}`, text]))
  const templates = readTemplates(read, texts)
  expect(templates.problems).toEqual([])
  return deploy(templates, how)
}

const valueOf = (expression: string, around = ''): string => {
  const text = `param open string\n${around}\noutput it string = ${expression}\n`
  return textOf(deployed({ 'main.bicep': text }, leftOpen).told[0]?.value)
}

it.each([
  [`'a' == 'a' && 'b' != 'c'`, 'true'],
  [`true ? 'yes' : 'no'`, 'yes'],
  [`empty(open) ? 'yes' : 'no'`, 'yes or no'],
  [`false && open`, 'false'],
  [`'x-\${toLower('A')}-\${open}'`, 'x-a-{open}'],
  [`concat(['a'], empty(open) ? [] : ['b'])`, '[a, b]'],
  [`union({ a: 'x' }, empty(open) ? {} : { b: 'y' })`, '{a: x, b: null or y}'],
  [`map(['a', 'b'], (one, index) => '\${one}\${index}')`, '[a0, b1]'],
  [`filter([{ a: 1 }, { a: 2 }], one => one.a == 2 && true)`, '[{a: 2}]'],
  [`map(split(open, ','), one => { is: one })`, '[{is: split(open, ,)[*]}]'],
  [`toObject([{ n: 'k' }], one => one.n)`, '{k: {n: k}}'],
  [`[toLower('A').length, first(['b'])]`, '[a.length, b]'],
  [`given.?absent ?? 'instead'`, 'instead'],
  [`'it\\'s'`, `it's`],
  [`1 + 2 * 3`, '7'],
  [`(1 + 2) * 3`, '9'],
])('%s comes to %s', (expression, expected) => {
  expect(valueOf(expression, `var given = { here: 'x' }`)).toBe(expected)
})

const files: Files = {
  'main.bicep': `
param addresses string[] = []
param isLocked bool = true
module names 'names.bicep' = { name: 'names', params: { prefix: 'a' } }
module inner 'inner.bicep' = {
  name: 'inner'
  params: { rules: [for one in addresses: { address: one }], name: names.outputs.full, isLocked: isLocked }
}
`,
  'names.bicep': `
param prefix string
resource identity 'Some/identities@2024-01-01' = { name: '\${prefix}-identity' }
output full string = identity.name
output id string = identity.id
`,
  'inner.bicep': `
param rules array
param name string
param isLocked bool
var list = loadJsonContent('list.json')
resource site 'Some/sites@2024-01-01' = { name: name, properties: { rules: rules } }
resource locked 'Some/locks@2024-01-01' = if (isLocked) { name: 'keep', scope: site }
resource each 'Some/things@2024-01-01' = [for one in filter(list, item => item.big): { name: one.name }]
`,
  'list.json': '[{ "name": "x", "big": true }, { "name": "y", "big": false }]',
}

const bodies = (how: Given) =>
  deployed(files, how).instances.map(({ type, body }) => `${type} ${textOf(body)}`)

it('modules are followed with what they are given, and their outputs come back', () => {
  expect(bodies(defaults)).toEqual([
    'Some/identities {name: a-identity}',
    'Some/sites {name: a-identity, properties: {rules: []}}',
    'Some/locks {name: keep, scope: site}',
    'Some/things {name: x}',
  ])
})

it('a parameter is followed to every place that it flows into', () => {
  const site = deployed(files, leftOpen).instances.find(({ type }) => type === 'Some/sites')
  expect(site && [...rootsOf(site.body)]).toEqual(['addresses'])
})

it('what stands behind a condition that is false is not deployed', () => {
  const text = files['main.bicep']?.replace('isLocked bool = true', 'isLocked bool = false') ?? ''
  const { instances } = deployed({ ...files, 'main.bicep': text }, defaults)
  expect(instances.map(({ type }) => type)).not.toContain('Some/locks')
})
