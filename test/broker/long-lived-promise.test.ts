import * as fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'
import type { ObtainRequest, ObtainToken } from '../../shared/broker/issue-token.ts'
import { longLived } from '../../shared/broker/long-lived.ts'

const minuteMs = 60_000
const target = { partner: 'p', audience: 'a', scopes: ['a/.default'] }
const asked: ObtainRequest = { ...target, asker: 'caller', correlationId: 'c' }

let now: number
let lifeMs: number
let next: ReturnType<typeof vi.fn<ObtainToken>>
let obtain: ObtainToken
const open = () => {
  now = 0
  lifeMs = 60 * minuteMs
  next = vi.fn<ObtainToken>(async () => ({
    accessToken: 'at',
    expiresAt: now + lifeMs,
    scope: '',
    generation: 1,
  }))
  obtain = longLived(() => now, next)
}
beforeEach(open)

const wanting = (minLifeMs: number, changes: object = {}) =>
  obtain({ ...asked, ...changes, minLifeMs })

test('a token that lives as long as is asked is given, to the millisecond', async () => {
  await expect(wanting(lifeMs)).resolves.toHaveProperty('accessToken')
  await expect(wanting(lifeMs + 1)).rejects.toMatchObject({
    code: 'lifetime_unavailable',
    message: expect.stringContaining('3600 seconds'),
    detail: { reason: 'min_lifetime' },
  })
})

test('who asks for no life gets what there is', async () => {
  lifeMs = 1
  await expect(obtain(asked)).resolves.toHaveProperty('accessToken')
})

const refusesLonger = () => expect(wanting(lifeMs + 1)).rejects.toHaveProperty('code')

test('a refusal is remembered for a minute, and asking again costs nothing until then', async () => {
  await refusesLonger()
  now += minuteMs - 1
  await refusesLonger()
  expect(next).toHaveBeenCalledOnce()
  now += 1
  await refusesLonger()
  expect(next).toHaveBeenCalledTimes(2)
})

test('a remembered refusal stops only wishes beyond the newest token', async () => {
  await expect(wanting(lifeMs + 1)).rejects.toHaveProperty('code')
  await expect(wanting(lifeMs)).resolves.toHaveProperty('accessToken')
  await expect(obtain(asked)).resolves.toHaveProperty('accessToken')
  now += 1000
  await expect(wanting(lifeMs)).rejects.toMatchObject({
    message: expect.stringContaining('3599 seconds'),
  })
})

test('a failure is passed on and not remembered as a short life', async () => {
  next.mockRejectedValueOnce(new Error('down'))
  await expect(wanting(1)).rejects.toThrow('down')
  await expect(wanting(1)).resolves.toHaveProperty('accessToken')
})

test('a token whose life ran out while it was obtained is not given', async () => {
  next.mockImplementationOnce(async () => {
    const expiresAt = now + lifeMs
    now += 2
    return { accessToken: 'at', expiresAt, scope: '', generation: 1 }
  })
  await expect(wanting(lifeMs - 1)).rejects.toMatchObject({ code: 'lifetime_unavailable' })
})

const steps = fc.array(
  fc.record({
    waitMs: fc.integer({ min: 0, max: 2 * minuteMs }),
    givenMs: fc.integer({ min: 0, max: 90 * minuteMs }),
    wantedMs: fc.option(fc.integer({ min: 1, max: 90 * minuteMs }), { nil: undefined }),
  }),
  { maxLength: 30 },
)

test('a token keeps its promise; a refusal was earned now or within the last minute', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      open()
      // Ends of the tokens that were too short, and when.
      const tooShort: { end: number; at: number }[] = []
      for (const { waitMs, givenMs, wantedMs } of plan) {
        now += waitMs
        lifeMs = givenMs
        const before = next.mock.calls.length
        const request = wantedMs === undefined ? asked : { ...asked, minLifeMs: wantedMs }
        const token = await obtain(request).catch(() => undefined)
        if (token) {
          expect(token.expiresAt - now).toBeGreaterThanOrEqual(wantedMs ?? 0)
          continue
        }
        if (next.mock.calls.length > before) tooShort.push({ end: now + givenMs, at: now })
        const isEarned = ({ end, at }: { end: number; at: number }) =>
          now - at < minuteMs && end - now < (wantedMs ?? 0)
        expect(tooShort.some(isEarned)).toBe(true)
      }
    }),
  )
})
