import { expect, test } from 'vitest'
import type { ObtainRequest } from '../../shared/broker/issue-token.ts'
import { longLived } from '../../shared/broker/long-lived.ts'

const minuteMs = 60_000

const request: ObtainRequest = {
  partner: 'partner',
  audience: 'https://graph.microsoft.com',
  scopes: ['https://graph.microsoft.com/.default'],
  asker: 'asker',
  correlationId: 'id',
}

/** A source whose newest token lives an hour; `calls` counts how often it was asked. */
const open = () => {
  const clock = { now: 0 }
  const source = { calls: 0, lifeMs: 60 * minuteMs }
  const obtain = longLived(
    () => clock.now,
    async () => {
      source.calls++
      const expiresAt = clock.now + source.lifeMs
      return { accessToken: 'token', scope: '', generation: 1, expiresAt }
    },
  )
  const ask = (minLifeMs?: number, more: Partial<ObtainRequest> = {}) =>
    obtain({ ...request, ...more, ...(minLifeMs !== undefined && { minLifeMs }) })
  return { clock, source, ask }
}

const unavailable = { code: 'lifetime_unavailable' }

test('a token that lives long enough is given out', async () => {
  const { ask } = open()
  expect(await ask(60 * minuteMs)).toMatchObject({ accessToken: 'token' })
  expect(await ask()).toMatchObject({ accessToken: 'token' })
})

test('a refusal is remembered for a minute, for whatever the newest token does not live', async () => {
  const { clock, source, ask } = open()
  await expect(ask(90 * minuteMs)).rejects.toMatchObject(unavailable)
  for (const minutes of [90, 80, 61]) {
    await expect(ask(minutes * minuteMs)).rejects.toMatchObject(unavailable)
  }
  expect(source.calls).toBe(1)
  clock.now += minuteMs
  source.lifeMs = 90 * minuteMs
  expect(await ask(90 * minuteMs)).toMatchObject({ accessToken: 'token' })
})

test('who asks for just the life that the newest token had is refused once that has passed', async () => {
  const { clock, source, ask } = open()
  await expect(ask(90 * minuteMs)).rejects.toMatchObject(unavailable)
  clock.now += 1
  await expect(ask(60 * minuteMs)).rejects.toMatchObject(unavailable)
  expect(source.calls).toBe(1)
})

test.each([
  ['partner', { partner: 'other' }],
  ['customer', { customer: 'customer' }],
  ['audience', { audience: 'https://management.azure.com' }],
  ['scopes', { scopes: ['https://graph.microsoft.com/User.Read'] }],
])('a refusal says nothing of another %s', async (_, more) => {
  const { source, ask } = open()
  await expect(ask(90 * minuteMs)).rejects.toMatchObject(unavailable)
  source.lifeMs = 90 * minuteMs
  expect(await ask(90 * minuteMs, more)).toMatchObject({ accessToken: 'token' })
})
