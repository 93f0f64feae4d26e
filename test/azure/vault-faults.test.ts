import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Fault } from '../../local/kit/faults.ts'
import { withinBudget } from '../../shared/azure/time-budget.ts'
import { openVaultDoors, refusalOf, type VaultDoors } from './vault-doors.ts'

let doors: VaultDoors
let version: string
beforeAll(async () => {
  doors = await openVaultDoors()
  version = await doors.secrets().sealedTokens.write('name', 'canary-value')
})
afterEach(() => doors.vault.clearFaults())
afterAll(() => doors.stop())

const context = { app: 'app-1', partner: 'partner-1', generation: 1 }
const body = { error: { code: 'Canary', message: 'canary' } }
const fault = (given: Partial<Fault>) => doors.vault.addFault({ match: {}, ...given })

test('a secret is written as a version of its own and read by exactly that version', async () => {
  const { sealedTokens } = doors.secrets()
  const second = await sealedTokens.write('name', 'second')
  expect(second).not.toBe(version)
  expect(await sealedTokens.read('name', version)).toBe('canary-value')
  expect(await sealedTokens.read('name', second)).toBe('second')
})

test('a secret or version that is absent is undefined, and an absent one is removed at ease', async () => {
  const { sealedTokens } = doors.secrets()
  expect(await sealedTokens.read('nobody', version)).toBeUndefined()
  expect(await sealedTokens.read('name', '0'.repeat(32))).toBeUndefined()
  await expect(sealedTokens.remove('nobody')).resolves.toBeUndefined()
})

test('a removed secret is absent in all its versions', async () => {
  const { sealedTokens } = doors.secrets()
  const gone = await sealedTokens.write('gone', 'value')
  await sealedTokens.remove('gone')
  expect(await sealedTokens.read('gone', gone)).toBeUndefined()
})

const failures: [string, Partial<Fault>, string][] = [
  ['429 without Retry-After', { status: 429, body }, 'throttled'],
  ['429 without a body', { status: 429 }, 'throttled'],
  ['403', { status: 403, body }, 'upstream_unavailable'],
  ['403 without a body', { status: 403 }, 'upstream_unavailable'],
  ['500', { status: 500, body }, 'upstream_unavailable'],
  ['503 with HTML', { status: 503, body: '<html>canary</html>' }, 'upstream_unavailable'],
  ['200 with HTML', { status: 200, body: '<html>canary</html>' }, 'upstream_unavailable'],
  ['200 with nothing', { status: 200, body: {} }, 'upstream_unavailable'],
  ['a dropped connection', { drop: true }, 'upstream_unavailable'],
]

test.each(failures)('%s is told as a fault by every call, never as an absence', async (...row) => {
  const [, given, code] = row
  const sealing = doors.sealing()
  const { sealed, kid } = await sealing.seal('token', context)
  fault(given)
  // Each door has a circuit of its own, which its own retries do not open.
  const calls = [
    doors.secrets().sealedTokens.read('name', version),
    doors.secrets().sealedTokens.write('name', 'canary'),
    doors.secrets().readSecret('name'),
    doors.sealing().seal('token', context),
    sealing.unseal(sealed, { ...context, kid }),
  ]
  const refusals = await Promise.all(calls.map(refusalOf))
  expect(refusals.map((refusal) => refusal.code)).toEqual(calls.map(() => code))
  for (const { detail } of refusals) expect(detail.reason).toMatch(/^vault_[A-Za-z0-9]+$/)
  doors.vault.clearFaults()
  expect(await sealing.unseal(sealed, { ...context, kid })).toBe('token')
})

test('a 404 without a body is an absence too', async () => {
  fault({ status: 404, match: { path: '/secrets/' } })
  expect(await doors.secrets().sealedTokens.read('name', version)).toBeUndefined()
})

test('a failure to fetch the public key is not kept', async () => {
  const { seal } = doors.sealing()
  fault({ status: 403, body })
  await refusalOf(seal('token', context))
  doors.vault.clearFaults()
  await expect(seal('token', context)).resolves.toHaveProperty('kid')
})

test('a short failure is retried, and a long one no more than twice', async () => {
  const { sealedTokens } = doors.secrets()
  await sealedTokens.read('name', version)
  fault({ status: 503, body, times: 1 })
  expect(await sealedTokens.read('name', version)).toBe('canary-value')
  fault({ status: 503, body })
  const from = doors.vault.requests().length
  await refusalOf(sealedTokens.read('name', version))
  expect(doors.vault.requests().length - from).toBe(3)
})

test('a 429 without Retry-After is retried, which the SDK alone would not do', async () => {
  fault({ status: 429, body, times: 1, match: { path: '/secrets/' } })
  expect(await doors.secrets().sealedTokens.read('name', version)).toBe('canary-value')
})

test('a write whose answer is lost is repeated, and the version it names can be read', async () => {
  const { sealedTokens } = doors.secrets()
  fault({ match: { method: 'PUT' }, after: true, drop: true, times: 1 })
  const written = await sealedTokens.write('name', 'repeated')
  expect(await sealedTokens.read('name', written)).toBe('repeated')
})

test('a vault that hangs is given up when the time of the request is over', async () => {
  fault({ delayMs: 30_000 })
  const start = performance.now()
  const sealing = doors.sealing()
  const { sealedTokens } = doors.secrets()
  const calls = withinBudget(2_000, () => [sealedTokens.read('name', version), sealing.publicKey()])
  const refusals = await Promise.all(calls.map(refusalOf))
  expect(refusals.map(({ code }) => code)).toEqual(calls.map(() => 'upstream_unavailable'))
  expect(performance.now() - start).toBeLessThan(4_000)
})
