import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWriteBackDue, secretNameOf } from '../../../shared/broker/grant.ts'
import type { ProbePartnerCenter } from '../../../shared/broker/prove-consent.ts'
import type { RedeemRefreshToken } from '../../../shared/broker/redeem.ts'
import { revoke } from '../../../shared/broker/revoke.ts'
import { isTendingDue } from '../../../shared/broker/rotation/due-work.ts'
import { anyGrant, anyTime, dayMs, freshGrant, hourMs, partner, start } from './grants.ts'
import { cycleMs, openTending, redeemedAt, refusing } from './tending-fixture.ts'

const answers: RedeemRefreshToken[] = [
  async ({ partner: of }) => ({ redeemed: redeemedAt(0, of) }),
  async ({ partner: of }) => {
    const { refreshToken: _, ...redeemed } = redeemedAt(0, of)
    return { redeemed }
  },
  async ({ partner: of }) => ({
    redeemed: { ...redeemedAt(0, of), refreshTokenExpiresInSeconds: 3600 },
  }),
  async () => ({ redeemed: redeemedAt(0, 'another') }),
  refusing({ errorCodes: [700082] }),
  refusing({ errorCodes: [53003] }),
  refusing({ errorCodes: [135010] }),
]

const probes: ProbePartnerCenter[] = [
  async () => 'proven',
  async () => 'not_an_agent',
  async () => 'mfa_missing',
  async () => 'mfa_unproven',
  () => Promise.reject(new Error('down')),
]

const outcomes = new Map<string, number>()

test('what was done for a grant is not due any more, whatever state it was in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        grant: anyGrant,
        now: anyTime,
        answer: fc.constantFrom(...answers),
        probe: fc.constantFrom(...probes),
        revoked: fc.constantFrom('none' as const, 'before' as const, 'this' as const),
      }),
      async ({ grant, now, answer, probe, revoked }) => {
        const world = openTending()
        world.clock.now = now
        await world.store(grant)
        if (revoked !== 'none') {
          const generation = grant.generation - (revoked === 'before' ? 1 : 0)
          const revocation = { partner, generation, at: start, by: 'x', reason: 'x' } as const
          await world.revocations.add({ v: 1, ...revocation, revokedBy: 'operator' })
        }
        world.redeem.mockImplementation(async (asked) => {
          const answered = await answer(asked)
          return 'redeemed' in answered ? { redeemed: { ...answered.redeemed, at: now } } : answered
        })
        world.probePartnerCenter.mockImplementation(probe)
        const revocation = (await world.revocations.read(partner))?.value
        const context = { now, cycleMs, revocation }
        const wasDue = isTendingDue(grant, context)
        const { outcome } = await world.tend(partner)
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        expect(outcome === 'not_due').toBe(!wasDue)
        // What is over is looked at once more: whether all its secrets are gone.
        if (outcome === 'revoked' || outcome === 'consent_needed') await world.tend(partner)
        expect(isTendingDue(await world.row(partner), context)).toBe(false)
        expect((await world.tend(partner)).outcome).toBe('not_due')
      },
    ),
    { numRuns: 3000 },
  )
  const seen = ['not_due', 'rotated', 'degraded', 'consent_needed', 'revoked', 'ended', 'kept']
  expect([...outcomes.keys()].toSorted()).toEqual(seen.toSorted())
})

test('a token with a life of hours is rotated in time, again and again', async () => {
  const world = openTending()
  const hours = 12
  const sealed = { secretVersion: '', kid: '', sealedAt: start, expiresAt: start + hours * hourMs }
  await world.store(freshGrant({ sealed }))
  world.redeem.mockImplementation(async ({ partner: of, refreshToken }) => {
    const { sealed: held } = await world.row(of)
    expect(world.clock.now).toBeLessThan(held.expiresAt ?? 0)
    expect(refreshToken).not.toBe('')
    const redeemed = redeemedAt(world.clock.now, of)
    return { redeemed: { ...redeemed, refreshTokenExpiresInSeconds: hours * 3600 } }
  })
  await world.runFor(5 * dayMs)
  expect(world.redeem.mock.calls.length).toBeGreaterThanOrEqual(19)
  expect(world.redeem.mock.calls.length).toBeLessThanOrEqual(21)
  expect(world.sent).toEqual([])
})

test('a token with a life of hours outlives Partner Center’s silence, and a refusal that is taken back', async () => {
  const world = openTending()
  const lifeMs = 12 * hourMs
  const sealed = { secretVersion: '', kid: '', sealedAt: start, expiresAt: start + lifeMs }
  await world.store(freshGrant({ sealed }))
  const isRefused = () => Math.floor((world.clock.now - start) / hourMs) % 24 === 8
  world.redeem.mockImplementation(async (asked) => {
    const { sealed: held } = await world.row(asked.partner)
    if (world.clock.now >= (held.expiresAt ?? 0)) return refusing({ errorCodes: [700082] })(asked)
    if (isRefused()) return refusing({ errorCodes: [53003] })(asked)
    const redeemed = redeemedAt(world.clock.now, asked.partner)
    return { redeemed: { ...redeemed, refreshTokenExpiresInSeconds: lifeMs / 1000 } }
  })
  world.probePartnerCenter.mockRejectedValue(new Error('down'))
  await world.runFor(5 * dayMs)
  expect((await world.row(partner)).status).toBe('active')
})

test.each<[string, ProbePartnerCenter, string]>([
  ['does not say whether she has MFA', async () => 'mfa_unproven', 'mfa_unproven'],
  ['does not answer', () => Promise.reject(new Error('down')), 'probe_unanswered'],
])(
  'Partner Center that %s for two weeks is told once, and so is its word',
  async (_, probe, reason) => {
    const world = openTending()
    await world.store(freshGrant())
    world.redeem.mockImplementation(async ({ partner: of }) => ({
      redeemed: redeemedAt(world.clock.now, of),
    }))
    world.probePartnerCenter.mockImplementation(probe)
    await world.runFor(13 * dayMs)
    expect(world.sent).toEqual([])
    await world.runFor(7 * dayMs)
    expect((await world.row(partner)).degraded).toMatchObject({ reason, whoMustAct: 'operator' })
    world.probePartnerCenter.mockResolvedValue('proven')
    await world.runFor(2 * dayMs)
    expect((await world.row(partner)).degraded).toBeUndefined()
    expect(world.sent.map(({ type }) => type)).toEqual(['grant.degraded', 'grant.recovered'])
  },
)

test('a silence of weeks hides no trouble that is known', async () => {
  const world = openTending()
  await world.store(freshGrant())
  world.redeem.mockImplementation(async ({ partner: of }) => ({
    redeemed: redeemedAt(world.clock.now, of),
  }))
  world.probePartnerCenter.mockResolvedValue('not_an_agent')
  await world.runFor(2 * dayMs)
  world.probePartnerCenter.mockResolvedValue('mfa_unproven')
  await world.runFor(30 * dayMs)
  expect((await world.row(partner)).degraded).toMatchObject({ reason: 'not_an_agent' })
  expect(world.sent.map(({ type }) => type)).toEqual(['grant.degraded'])
})

test('Entra that gives no new refresh token is asked again in a day, not each hour', async () => {
  const world = openTending()
  await world.store(
    freshGrant({ sealed: { secretVersion: '', kid: '', sealedAt: start - 11 * dayMs } }),
  )
  world.redeem.mockImplementation(async ({ partner: of }) => {
    const { refreshToken: _, ...redeemed } = redeemedAt(world.clock.now, of)
    return { redeemed }
  })
  await world.runFor(3 * dayMs - 1)
  expect(world.redeem).toHaveBeenCalledTimes(3)
  expect(world.alarm).toHaveBeenCalledWith('no_refresh_token', { partner })
})

test('the end of a term is told once, and its message sent once', async () => {
  const world = openTending()
  await world.store(freshGrant({ endsAt: start - 1 }))
  expect((await world.tend(partner)).outcome).toBe('ended')
  expect(world.sent.map(({ type }) => type)).toEqual(['grant.consent_needed'])
  expect(world.vault.secrets.size).toBe(0)
})

test('what issuing redeems is written back after a day, or after half a life that is shorter', () => {
  const sealed = { secretVersion: '1', kid: 'k', sealedAt: start }
  const isDueAfter = (hours: number, lifeHours?: number) => {
    const life = lifeHours === undefined ? {} : { expiresAt: start + lifeHours * hourMs }
    return isWriteBackDue(freshGrant({ sealed: { ...sealed, ...life } }), start + hours * hourMs)
  }
  expect([isDueAfter(23.9), isDueAfter(24)]).toEqual([false, true])
  expect([isDueAfter(5.9, 12), isDueAfter(6, 12)]).toEqual([false, true])
  expect([isDueAfter(23.9, 72), isDueAfter(24, 72)]).toEqual([false, true])
})

test('the generation before stays readable for a day, for what began with it, and goes then', async () => {
  const world = openTending()
  const earlier = freshGrant({ generation: 1 })
  const version = await world.vault.sealedTokens.write(secretNameOf(earlier), 'sealed')
  const superseded = [{ app: 'app', generation: 1, at: start }]
  await world.store(freshGrant({ generation: 2, superseded }))
  const isReadable = async (at: number) => {
    world.clock.now = at
    await world.tend(partner)
    return (await world.vault.sealedTokens.read(secretNameOf(earlier), version)) !== undefined
  }
  expect(await isReadable(start + dayMs - 1)).toBe(true)
  expect(await isReadable(start + dayMs)).toBe(false)
})

test('a revocation deletes at once what earlier generations left, and waits for no sweep', async () => {
  const world = openTending()
  const earlier = freshGrant({ generation: 1 })
  await world.vault.sealedTokens.write(secretNameOf(earlier), 'sealed')
  const superseded = [{ app: 'app', generation: 1, at: start }]
  await world.store(freshGrant({ generation: 2, superseded }))
  await revoke(
    { ...world.ports, revocations: world.revocations },
    { partner, reason: 'x', by: 'x', revokedBy: 'operator' },
  )
  expect(world.vault.secrets.size).toBe(0)
})
