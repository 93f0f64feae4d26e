import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { readFacts, type StackFacts } from '../../local/stack/stack-facts.ts'
import { lockState } from '../../local/stack/stack-lock.ts'
import { trustAuthority } from '../../local/stack/trust.ts'
import {
  launch,
  probeApps,
  processesNaming,
  temporaryFolder,
  whenReady,
  type Launched,
} from './support/launch.ts'

// npm start itself, with a stand-in for the two apps.

// Starts take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const apps = await probeApps()

const start = (state: string, ...args: string[]) =>
  launch(['local/start.ts', '--state', state, '--port-base', '0', '--apps', apps, ...args])

const saidPanel = (stack: Launched) =>
  vi.waitUntil(() => stack.output().includes('Ctrl-C'), { timeout: 30_000 })

const settingsOf = async (address: string): Promise<unknown> =>
  (await fetch(`${address}/settings`)).json()

describe('a running stack', () => {
  const state = temporaryFolder()
  let stack: Launched
  let facts: StackFacts
  beforeAll(async () => {
    stack = start(state, '--brokers', '2')
    await whenReady(state, stack)
    facts = readFacts(state)
    trustAuthority(readFileSync(facts.ca, 'utf8'))
  })

  test('gives each app its own identity and the addresses of the running parts', async () => {
    const [onboarding, broker, second] = await Promise.all(
      [facts.onboarding, facts.broker, facts.brokers[0] ?? ''].map(settingsOf),
    )
    expect(broker).toMatchObject({
      BROKER_URL: facts.broker,
      ENTRA_AUTHORITY: facts.entra,
      VAULT_URL: facts.vault,
      TABLES_URL: facts.tables,
      APP_CREDENTIAL: 'federated',
    })
    expect(second).toEqual(broker)
    expect(onboarding).toMatchObject({ ONBOARDING_URL: facts.onboarding, BROKER_URL: facts.broker })
    expect(onboarding).not.toHaveProperty('VAULT_URL')
    for (const name of ['AZURE_CLIENT_ID', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER']) {
      expect(onboarding).toHaveProperty(name)
      expect(onboarding).not.toHaveProperty(name, Object(broker)[name])
    }
  })

  test('names the page and the token command in its panel, and no secret', async () => {
    await saidPanel(stack)
    expect(stack.output()).toContain(`${facts.onboarding}/onboard/`)
    expect(stack.output()).toContain(`npm run -s token -- --state ${state}`)
    for (const { clientSecret } of facts.callers) expect(stack.output()).not.toContain(clientSecret)
  })

  test('keeps files that hold secrets for their owner only', () => {
    for (const file of ['stack.json', 'directory.json', 'first-invitation.json', 'server.key']) {
      expect(statSync(join(state, file)).mode & 0o777, file).toBe(0o600)
    }
  })

  test('refuses a second start and a reset on its state, each in one line', async () => {
    const second = start(state)
    const reset = launch(['local/reset.ts', '--state', state])
    expect(await Promise.all([second.exited, reset.exited])).toEqual([1, 1])
    expect(second.output()).toMatch(/^Starting[^\n]*\n[^\n]*already runs[^\n]*\n$/)
    expect(reset.output()).toMatch(/^[^\n]*already runs[^\n]*\n$/)
    expect(readFacts(state)).toEqual(facts)
  })

  test('says warnings of an app, and its end, in a line, and keeps them in its log', async () => {
    expect(stack.output()).toMatch(/^broker: warning .*an invitation is made$/m)
    const log = readFileSync(join(state, 'logs', 'broker.log'), 'utf8')
    expect(log).toContain('an invitation is made')
    await fetch(`${facts.broker}/crash`, { method: 'POST' })
    await vi.waitUntil(() => /^broker: its process ended \(7\)/m.test(stack.output()))
  })

  test('stops at Ctrl-C, even when it comes twice, and leaves nothing behind', async () => {
    stack.child.kill('SIGINT')
    stack.child.kill('SIGINT')
    expect(await stack.exited).toBe(0)
    expect(() => readFacts(state)).toThrow('npm start')
    expect(processesNaming(state)).toEqual([])
  })

  test('is gone after a reset', async () => {
    const reset = launch(['local/reset.ts', '--state', state])
    expect(await reset.exited).toBe(0)
    expect(readdirSync(state)).toEqual([])
  })
})

test('a restart keeps the directory and the invitation; after a kill it mends, said in a line', async () => {
  const state = temporaryFolder()
  const first = start(state)
  await whenReady(state, first)
  const before = readFacts(state)
  first.child.kill('SIGTERM')
  expect(await first.exited).toBe(0)

  const second = start(state)
  await saidPanel(second)
  const after = readFacts(state)
  expect(after.callers).toEqual(before.callers)
  const path = /\/onboard\/[\w-]+/.exec(first.output())?.[0]
  expect(second.output()).toContain(`${after.onboarding}${path}`)
  expect(second.output()).not.toContain('Mended')
  expect(processesNaming(state).length).toBeGreaterThan(3)
  second.child.kill('SIGKILL')
  await vi.waitUntil(() => processesNaming(state).length === 0, { timeout: 10_000 })

  const third = start(state)
  await saidPanel(third)
  expect(third.output()).toMatch(/^Mended .*stack\.json.*$/m)
})

test('stopped while it starts, it leaves no process and no lock', async () => {
  const state = temporaryFolder()
  const stack = start(state)
  await vi.waitUntil(() => processesNaming(state).length > 1, { timeout: 10_000 })
  stack.child.kill('SIGINT')
  expect(await stack.exited).toBe(0)
  await vi.waitUntil(() => processesNaming(state).length === 0, { timeout: 10_000 })
  expect(() => lockState(state)).not.toThrow()
})

test('an app that cannot be loaded ends the start with its name and its log', async () => {
  const state = temporaryFolder()
  const broken = await probeApps()
  writeFileSync(join(broken, 'broker', 'index.mjs'), 'throw new Error("a broken bundle")')
  const stack = start(state, '--apps', broken)
  expect(await stack.exited).toBe(1)
  expect(stack.output()).toContain('broker has no functions')
  expect(stack.output()).toContain('a broken bundle')
  // The other app may have been starting: it ends as soon as it hears that nobody is there any more.
  await vi.waitUntil(() => processesNaming(state).length === 0, { timeout: 10_000 })
})

test('reset leaves a folder alone that holds no state of a stack', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'letter.txt'), 'dear')
  const reset = launch(['local/reset.ts', '--state', folder])
  expect(await reset.exited).toBe(1)
  expect(readdirSync(folder)).toEqual(['letter.txt'])
})

test('a wrong argument is refused in one line', async () => {
  const wrong = [
    ['--port-base', 'x'],
    ['--brokers', '0'],
    ['--credential', 'none'],
    ['--setting', 'NO_SUCH=1'],
    ['--setting', 'EVENT_SECRET'],
    ['--unknown'],
  ]
  const runs = wrong.map((args) => launch(['local/start.ts', ...args]))
  expect(await Promise.all(runs.map(({ exited }) => exited))).toEqual(wrong.map(() => 1))
  for (const { output } of runs) expect(output()).toMatch(/^[^\n]*(usage|Unknown option)[^\n]*\n$/)
})

test('it stops when the shell that npm put above it dies without a word', async () => {
  const state = temporaryFolder()
  const script =
    'require("node:child_process").spawn(process.execPath, process.argv.slice(1), { stdio: "inherit" })'
  const args = ['local/start.ts', '--state', state, '--port-base', '0', '--apps', apps]
  const shell = launch(['-e', script, '--', ...args], { npm_lifecycle_event: 'start' })
  await whenReady(state, shell)
  shell.child.kill('SIGKILL')
  await vi.waitUntil(() => processesNaming(state).length === 0, { timeout: 10_000 })
  expect(() => lockState(state)).not.toThrow()
})
