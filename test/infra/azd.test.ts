import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const command = z.object({ run: z.string() })
const azd = z
  .object({
    infra: z.object({ path: z.string(), module: z.string() }),
    services: z.record(z.string(), z.object({ project: z.string(), host: z.string() })),
    hooks: z.record(z.string(), z.object({ posix: command, windows: command })),
  })
  .parse(parse(read('azure.yaml')))

it('azd deploys what the build makes, each app to the site that is tagged with its service', () => {
  expect(Object.keys(azd.services).toSorted()).toEqual(['broker', 'onboarding'])
  for (const [name, { project, host }] of Object.entries(azd.services)) {
    expect({ project, host }).toEqual({ project: `./dist/${name}`, host: 'function' })
    expect(read(`${azd.infra.path}/modules/${name}.bicep`)).toContain(`serviceName: '${name}'`)
  }
})

it('the hooks of azd run scripts that are there, on both kinds of machines the same', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(read('package.json')))
  expect(Object.keys(azd.hooks)).toEqual(['prepackage', 'postprovision', 'predeploy'])
  for (const { posix, windows } of Object.values(azd.hooks)) {
    expect(windows.run).toBe(posix.run)
    const named = [...posix.run.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
    expect(named).not.toEqual([])
  }
})

it('what the hooks, the commands and the page take from azd is an output or a parameter', () => {
  const outputs = [...read('infra/main.bicep').matchAll(/^output (\w+) /gm)]
  const parameters = [...read('infra/main.parameters.json').matchAll(/\$\{(\w+)/g)]
  const known = new Set([...outputs, ...parameters].map(([, name]) => name))
  const blocks = [...read('docs/deploy.md').matchAll(/```sh\n([^]*?)```/g)].map(([text]) => text)
  const page = blocks.flatMap((text) => [...text.matchAll(/\$([A-Z]\w+)/g)])
  const programs = [
    'infra/hooks/reach.ts',
    'ops/smoke/asked-for.ts',
    'ops/registrations/asked-for.ts',
  ]
  const taken = programs.flatMap((path) => [
    ...read(path).matchAll(/\b((?:APP|BROKER|ONBOARDING|DEPLOYER|SITE|WHO)_[A-Z_]+)\b/g),
  ])
  const names = [...page, ...taken].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !known.has(name))).toEqual([])
})
