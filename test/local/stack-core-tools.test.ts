import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { readFacts } from '../../local/stack/stack-facts.ts'
import { launch, probeApps, processesNaming, temporaryFolder, whenReady } from './support/launch.ts'

vi.setConfig({ testTimeout: 120_000 })

// A program that takes the arguments of Core Tools, writes what it was given, and answers ready.
const standIn = `#!/usr/bin/env node
const { createServer } = require('node:https')
const { readFileSync, writeFileSync } = require('node:fs')
const { values, positionals } = require('node:util').parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string' }, useHttps: { type: 'boolean' }, cert: { type: 'string' }, password: { type: 'string' } },
})
writeFileSync('given.json', JSON.stringify({ values, positionals }))
const pfx = readFileSync(values.cert)
createServer({ pfx, passphrase: values.password }, (request, response) => {
  const invitation = { id: '1', url: process.env.ONBOARDING_URL + '/onboard/x', expiresAt: '2100-01-01', code: 'AB' }
  response.end(request.url === '/manage/invitations' ? JSON.stringify(invitation) : '')
}).listen(Number(values.port), '127.0.0.1')
`

const folderWithFunc = (): string => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'func'), standIn)
  chmodSync(join(folder, 'func'), 0o755)
  return folder
}

const start = (state: string, apps: string, path: string) =>
  launch(['local/start.ts', '--state', state, '--port-base', '0', '--apps', apps, '--func'], {
    PATH: path,
  })

test('--func runs func in the folder of each app, over https, and ends it even after a kill', async () => {
  const [state, apps] = [temporaryFolder(), await probeApps()]
  const path = [folderWithFunc(), process.env['PATH'], dirname(process.execPath)].join(delimiter)
  const stack = start(state, apps, path)
  await whenReady(state, stack)
  const { broker } = readFacts(state)
  const given: unknown = JSON.parse(readFileSync(join(apps, 'broker', 'given.json'), 'utf8'))
  expect(given).toMatchObject({
    positionals: ['start'],
    values: { port: new URL(broker).port, useHttps: true },
  })
  stack.child.kill('SIGKILL')
  await vi.waitUntil(() => processesNaming(state).length === 0, { timeout: 10_000 })
})

test('--func without func on the PATH is refused in a line', async () => {
  const [state, none] = [temporaryFolder(), temporaryFolder()]
  const stack = start(state, none, none)
  expect(await stack.exited).toBe(1)
  expect(stack.output()).toMatch(/^[^\n]*func is not on the PATH[^\n]*\n$/)
})
