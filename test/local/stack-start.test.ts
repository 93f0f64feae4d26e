import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { readFacts } from '../../local/stack/stack-facts.ts'
import { trustAuthority } from '../../local/stack/trust.ts'
import { launch, probeApps, processesNaming, temporaryFolder, whenReady } from './support/launch.ts'

// npm start itself, with a stand-in for the two apps.

let state: string
let apps: string
beforeEach(async () => {
  state = temporaryFolder()
  apps = await probeApps()
})

const start = (...args: string[]) =>
  launch(['local/start.ts', '--state', state, '--port-base', '0', '--apps', apps, ...args])

const settingsOf = async (address: string): Promise<unknown> =>
  (await fetch(`${address}/settings`)).json()

test('it starts everything, gives each app its own identity and settings, and leaves nothing behind', async () => {
  const stack = start('--brokers', '2')
  await whenReady(state, stack)
  const facts = readFacts(state)
  trustAuthority(readFileSync(facts.ca, 'utf8'))
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
  expect(statSync(join(state, 'stack.json')).mode & 0o777).toBe(0o600)

  stack.child.kill('SIGINT')
  stack.child.kill('SIGINT')
  expect(await stack.exited).toBe(0)
  expect(() => readFacts(state)).toThrow('npm start')
  expect(processesNaming(state)).toEqual([])
})

test('the panel names the page and the token command, and no secret of the directory', async () => {
  const stack = start()
  await whenReady(state, stack)
  const facts = readFacts(state)
  await vi.waitUntil(() => stack.output().includes('Ctrl-C'))
  expect(stack.output()).toContain(`${facts.onboarding}/onboard/`)
  expect(stack.output()).toContain(`npm run -s token -- --state ${state}`)
  for (const { clientSecret } of facts.callers) expect(stack.output()).not.toContain(clientSecret)
})

test('a restart keeps the directory and the invitation, at the address of today', async () => {
  const first = start()
  await whenReady(state, first)
  const before = readFacts(state)
  const invited = /\/onboard\/\S+/.exec(readFileSync(join(state, 'first-invitation.json'), 'utf8'))
  first.child.kill('SIGTERM')
  expect(await first.exited).toBe(0)

  const second = start()
  await whenReady(state, second)
  const after = readFacts(state)
  expect(after.callers).toEqual(before.callers)
  await vi.waitUntil(() => second.output().includes('Ctrl-C'))
  const path = invited?.[0].split('"')[0]
  expect(second.output()).toContain(`${after.onboarding}${path}`)
  expect(second.output()).not.toContain('Mended')
})

test('killed outright it leaves no process, and the next start mends its state, said in a line', async () => {
  const first = start()
  await whenReady(state, first)
  expect(processesNaming(state).length).toBeGreaterThan(3)
  first.child.kill('SIGKILL')
  await vi.waitUntil(() => processesNaming(state).length === 0, { timeout: 10_000 })

  const second = start()
  await vi.waitUntil(() => second.output().includes('Ctrl-C'), { timeout: 30_000 })
  expect(second.output()).toMatch(/^Mended .*stack\.json.*$/m)
})

test('a second start and a reset are refused in one line while a stack runs; the stack goes on', async () => {
  const stack = start()
  await whenReady(state, stack)
  const second = start()
  expect(await second.exited).toBe(1)
  expect(second.output()).toMatch(/^Starting[^\n]*\n[^\n]*already runs[^\n]*\n$/)
  const reset = launch(['local/reset.ts', '--state', state])
  expect(await reset.exited).toBe(1)
  expect(reset.output()).toMatch(/^[^\n]*already runs[^\n]*\n$/)
  expect(readFacts(state).broker).toContain('https://localhost:')

  stack.child.kill('SIGTERM')
  await stack.exited
  const later = launch(['local/reset.ts', '--state', state])
  expect(await later.exited).toBe(0)
  expect(statSync(state).nlink).toBe(2)
})

test('stopped while it starts, it leaves no process and no lock', async () => {
  const stack = start()
  await vi.waitUntil(() => processesNaming(state).length > 1, { timeout: 10_000 })
  stack.child.kill('SIGINT')
  expect(await stack.exited).toBe(0)
  await vi.waitUntil(() => processesNaming(state).length === 0, { timeout: 10_000 })
  const again = start()
  await whenReady(state, again)
})

test('warnings of an app, and its end, are said in a line; its log keeps them', async () => {
  const stack = start()
  await whenReady(state, stack)
  expect(stack.output()).toMatch(/^broker: warning .*an invitation is made$/m)
  expect(readFileSync(join(state, 'logs', 'broker.log'), 'utf8')).toContain('an invitation is made')
  const { broker, ca } = readFacts(state)
  trustAuthority(readFileSync(ca, 'utf8'))
  await fetch(`${broker}/crash`, { method: 'POST' })
  await vi.waitUntil(() => /^broker: its process ended \(7\)/m.test(stack.output()))
})

test('reset leaves a folder alone that holds no state of a stack', async () => {
  writeFileSync(join(state, 'letter.txt'), 'dear')
  const reset = launch(['local/reset.ts', '--state', state])
  expect(await reset.exited).toBe(1)
  expect(readFileSync(join(state, 'letter.txt'), 'utf8')).toBe('dear')
})

test('an app that cannot start ends the start with its reason', async () => {
  writeFileSync(join(apps, 'broker', 'index.mjs'), 'throw new Error("a broken bundle")')
  const stack = start()
  expect(await stack.exited).toBe(1)
  expect(stack.output()).toContain('broker')
  expect(processesNaming(state)).toEqual([])
})

test.each([['--port-base', 'x'], ['--brokers', '0'], ['--credential', 'none'], ['--unknown']])(
  'the argument %s %s is refused with the usage',
  async (...args) => {
    const stack = launch(['local/start.ts', '--state', state, ...args])
    expect(await stack.exited).toBe(1)
    expect(stack.output()).toMatch(/usage|Unknown option/)
  },
)
