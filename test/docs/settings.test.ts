import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { brokerSettingNames, onboardingSettingNames } from '../../shared/config.ts'

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

type Row = { name: string; isRequired: boolean; app: string }

const rows: Row[] = read('docs/settings.md')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => {
    const [names = '', , otherwise = '', app = ''] = line.slice(1).split(' | ')
    return [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({
      name,
      isRequired: otherwise.trim() === 'required',
      app: app.replace('|', '').trim(),
    }))
  })

// Read by the Functions host alone.
const ofTheHost = /^(?:AzureWebJobsStorage|FUNCTIONS_WORKER_RUNTIME|DATA__(?:credential|clientId))$/

test('the page of settings has a row for each, and for nothing else', () => {
  const names = rows.map(({ name }) => name).filter((name) => !ofTheHost.test(name))
  expect(names.toSorted()).toEqual([...brokerSettingNames].toSorted())
  const both = rows.filter(({ name, app }) => app === 'both' && !ofTheHost.test(name))
  expect(both.map(({ name }) => name).toSorted()).toEqual([...onboardingSettingNames].toSorted())
})

test('README names exactly those without a default', () => {
  const section = /## Settings\n([^]*?)\n## /.exec(read('README.md'))?.[1] ?? ''
  const named = [...section.matchAll(/^\| `(\w+)` /gm)].map(([, name = '']) => name)
  const required = rows.filter(({ isRequired }) => isRequired).map(({ name }) => name)
  expect(named.toSorted()).toEqual(required.toSorted())
})
