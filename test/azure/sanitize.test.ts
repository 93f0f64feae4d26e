import { expect, test } from 'vitest'
import { atDoor } from '../../shared/azure/sanitize.ts'
import { BrokerError } from '../../shared/broker/broker-error.ts'

const refusalOf = async (call: Promise<unknown>): Promise<BrokerError> => {
  const thrown = await call.catch((error: unknown) => error)
  if (thrown instanceof BrokerError) return thrown
  throw new Error('no refusal')
}
const throwing = (thrown: unknown) =>
  refusalOf(
    atDoor('vault', 1000, async () => {
      throw thrown
    }),
  )

test('what went well passes through', async () => {
  expect(await atDoor('tables', 1000, async () => 'value')).toBe('value')
})

const status = (statusCode: unknown) => Object.assign(new Error('canary'), { statusCode })

test('429 is throttled, and whatever else is thrown is upstream_unavailable', async () => {
  expect((await throwing(status(429))).code).toBe('throttled')
  for (const thrown of [
    status(403),
    status('429'),
    status(500),
    new TypeError('canary'),
    'canary',
    undefined,
    null,
    429,
  ]) {
    expect((await throwing(thrown)).code).toBe('upstream_unavailable')
  }
})

test('nothing of an SDK’s error leaves: neither message, URL, body, stack nor cause', async () => {
  const sdkError = Object.assign(new Error('GET https://canary.vault.example failed'), {
    statusCode: 500,
    request: { url: 'https://canary.example', headers: { authorization: 'Bearer canary' } },
    response: { bodyAsText: 'canary' },
    name: 'canary name with spaces',
  })
  const refusal = await throwing(sdkError)
  const said = [refusal.message, refusal.stack, JSON.stringify(refusal), String(refusal.cause)]
  expect(said.join(' ')).not.toContain('canary')
  expect(refusal.detail.reason).toBe('vault_500')
  const named = await throwing(Object.assign(new Error('x'), { name: 'canary name' }))
  expect(named.detail.reason).toBe('vault_failed')
})

test('our own errors keep their code', async () => {
  const own = new BrokerError('internal', 'seal', { reason: 'seal_mismatch' })
  expect(await throwing(own)).toBe(own)
})

test('a call is given up after its time, whether or not it heeds the signal', async () => {
  const heeding = atDoor('entra', 20, (signal) =>
    Promise.resolve().then(
      () =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ),
  )
  const deaf = atDoor('entra', 20, () => new Promise(() => {}))
  for (const refusal of await Promise.all([heeding, deaf].map(refusalOf))) {
    expect(refusal).toMatchObject({ code: 'upstream_unavailable' })
  }
})

test('a call that fails after it was given up disturbs nobody', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  const late = Promise.withResolvers<never>()
  await refusalOf(atDoor('entra', 10, () => late.promise))
  late.reject(new Error('late'))
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})
