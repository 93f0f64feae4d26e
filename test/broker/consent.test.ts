import { beforeEach, expect, test } from 'vitest'
import { answerCallback } from '../../shared/broker/answer-callback.ts'
import { attemptIdOf } from '../../shared/broker/attempt.ts'
import { partnerCenter } from '../../shared/broker/audience.ts'
import { openInvitation } from '../../shared/broker/open-invitation.ts'
import { startSignIn } from '../../shared/broker/start-sign-in.ts'
import {
  graph,
  openConsenting,
  partner,
  person,
  scopeOf,
  start,
  type Consenting,
  type Visit,
} from './consent-fixture.ts'

const dayMs = 24 * 3600_000
let broker: Consenting
let invitation: { id: string; link: string }
let visit: Visit
beforeEach(async () => {
  broker = openConsenting()
  invitation = await broker.invite()
  visit = await broker.begin(invitation.link)
})

const statusOf = async (id: string) => (await broker.ports.invitations.read(id))?.value.status
const grant = async () => (await broker.grants.read(partner))?.value

test('a consent is stored as the first generation, with who, what and until when', async () => {
  const outcome = await broker.callback(visit)
  const endsAt = start + 365 * dayMs
  expect(outcome).toEqual({
    kind: 'consented',
    partner,
    audiences: [graph],
    consentedAt: start,
    endsAt,
    consentedBy: 'Ada',
  })
  expect(await grant()).toMatchObject({
    generation: 1,
    status: 'active',
    consentedBy: person,
    consentedAt: start,
    audiences: [graph],
    endsAt,
    invitation: invitation.id,
    attempt: visit.attempt,
  })
  expect(await statusOf(invitation.id)).toBe('used')
})

test('it is proven on every wanted audience and on Partner Center, each with the newest token', async () => {
  await broker.callback(visit)
  expect(
    broker.ports.redeem.mock.calls.map(([{ refreshToken, tenant, scopes }]) => [
      refreshToken,
      tenant,
      ...scopes,
    ]),
  ).toEqual([
    ['rt 0', partner, scopeOf(partnerCenter)],
    ['rt 1', partner, scopeOf(graph)],
  ])
  expect(broker.ports.probePartnerCenter).toHaveBeenCalledExactlyOnceWith({
    accessToken: 'at 1',
    correlationId: 'c',
  })
  const stored = await grant()
  expect(stored && (await broker.storedToken(stored))).toBe('rt 2')
})

test('the code is redeemed with the verifier and nonce of its own attempt, at the invited tenant', async () => {
  const asked = broker.ports.signInAddress.mock.calls[0]?.[0]
  await broker.callback(visit)
  const { codeVerifier, nonce } = { codeVerifier: '', nonce: '', ...asked }
  expect(codeVerifier.length).toBeGreaterThanOrEqual(43)
  expect(broker.ports.finishSignIn).toHaveBeenCalledExactlyOnceWith({
    tenant: partner,
    code: 'code',
    codeVerifier,
    nonce,
    scopes: [scopeOf()],
    correlationId: 'c',
  })
})

test('a generation that was revoked is not given again, though the row that held it is lost', async () => {
  const revocation = { v: 1, partner, by: 'ops', reason: 'x', revokedBy: 'operator' } as const
  await broker.ports.revocations.add({ ...revocation, generation: 3, at: start - 1 })
  await broker.callback(visit)
  expect(await grant()).toMatchObject({ generation: 4, status: 'active' })
})

test('a renewal is the next generation; the one before lies untouched beside it', async () => {
  await broker.callback(visit)
  const first = await grant()
  const again = await broker.invite([graph, partnerCenter])
  await broker.callback(await broker.begin(again.link))
  expect(await grant()).toMatchObject({ generation: 2, invitation: again.id })
  expect(first && (await broker.storedToken(first))).toBe('rt 2')
})

test('the same callback again shows the same outcome and does nothing', async () => {
  const first = await broker.callback(visit)
  const before = [await grant(), broker.vault.secrets.size]
  expect(await broker.callback(visit)).toEqual(first)
  expect(
    await broker.callback(visit, { answer: { error: 'access_denied', errorCodes: [] } }),
  ).toEqual(first)
  expect([await grant(), broker.vault.secrets.size]).toEqual(before)
  expect(broker.ports.finishSignIn).toHaveBeenCalledOnce()
})

test('the same callback at the same time waits for the outcome of the first', async () => {
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => broker.callback(visit)))
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['consented']))
  expect(broker.ports.finishSignIn).toHaveBeenCalledOnce()
})

test('another browser, or one without cookie, changes nothing; the right one still goes on', async () => {
  const other = await broker.begin(invitation.link)
  for (const browser of ['', 'guess', other.browser, visit.state]) {
    expect(await broker.callback({ ...visit, browser })).toEqual({ kind: 'other_browser' })
  }
  const { state } = visit
  const answer = { code: 'code', errorCodes: [] }
  const withoutCookie = answerCallback(broker.ports, { state, answer, correlationId: 'c' })
  expect(await withoutCookie).toEqual({ kind: 'other_browser' })
  expect(broker.ports.finishSignIn).not.toHaveBeenCalled()
  expect(await broker.callback(visit)).toMatchObject({ kind: 'consented' })
  expect(await broker.callback({ ...visit, browser: 'guess' })).toEqual({ kind: 'other_browser' })
})

test('a forged state is unknown, also one that shares the row’s key', async () => {
  expect(await broker.callback({ ...visit, state: 'forged' })).toEqual({ kind: 'attempt_unknown' })
  const stored = await broker.ports.attempts.read(attemptIdOf(visit.state))
  const stateHash = '0'.repeat(64)
  if (stored) await broker.ports.attempts.replace({ ...stored.value, stateHash }, stored.etag)
  expect(await broker.callback(visit)).toEqual({ kind: 'attempt_unknown' })
})

test('an attempt lives for 15 minutes', async () => {
  broker.clock.now += 15 * 60_000
  expect(await broker.callback(visit)).toEqual({ kind: 'attempt_unknown' })
  broker.clock.now -= 1
  expect(await broker.callback(visit)).toMatchObject({ kind: 'consented' })
})

test('a callback whose worker died is in progress for two minutes, then interrupted', async () => {
  broker.ports.finishSignIn.mockImplementationOnce(() => new Promise(() => {}))
  void broker.callback(visit)
  expect(await broker.callback(visit)).toEqual({ kind: 'in_progress' })
  broker.clock.now += 120_000
  expect(await broker.callback(visit)).toEqual({ kind: 'interrupted' })
  expect(await grant()).toBeUndefined()
  expect(await statusOf(invitation.id)).toBe('open')
})

test('what the sign-in needed is forgotten, and only hashes of state and cookie were kept', async () => {
  await broker.callback(visit)
  const stored = await broker.ports.attempts.read(visit.attempt)
  expect(stored?.value).toMatchObject({ status: 'done', nonce: '', codeVerifier: '' })
  const rows = JSON.stringify([stored, await broker.ports.invitations.read(invitation.id)])
  for (const secret of [visit.state, visit.browser, invitation.link]) {
    expect(rows).not.toContain(secret)
  }
})

test('reading an invitation or starting sign-ins does not use it up', async () => {
  for (let times = 0; times < 3; times++) {
    expect(await openInvitation(broker.ports, invitation.link)).toHaveProperty('invitation')
    await broker.begin(invitation.link)
  }
  expect(await statusOf(invitation.id)).toBe('open')
})

test('a used, cancelled, expired or unknown invitation starts nothing', async () => {
  expect(await startSignIn(broker.ports, { link: 'guess' })).toEqual({ kind: 'invitation_unknown' })
  broker.clock.now = start + 14 * dayMs
  expect(await startSignIn(broker.ports, { link: invitation.link })).toEqual({
    kind: 'invitation_expired',
  })
  broker.clock.now = start
  for (const [status, kind] of [
    ['cancelled', 'invitation_unknown'],
    ['used', 'invitation_used'],
  ] as const) {
    const stored = await broker.ports.invitations.read(invitation.id)
    if (stored) await broker.ports.invitations.replace({ ...stored.value, status }, stored.etag)
    expect(await startSignIn(broker.ports, { link: invitation.link })).toEqual({ kind })
  }
  expect(broker.ports.signInAddress).toHaveBeenCalledOnce()
})

test.each([
  ['shorter than', 30, 30],
  ['as long as', 365, 365],
  ['longer than', 3650, 365],
])(
  'a chosen term %s the invitation’s counts as the shorter of the two',
  async (_, termDays, days) => {
    const started = await startSignIn(broker.ports, { link: invitation.link, termDays })
    if ('kind' in started) throw new Error(started.kind)
    const state = started.address.slice(started.address.lastIndexOf('/') + 1)
    await broker.callback({ state, ...started })
    const { endsAt = 0, consentedAt = 0 } = (await grant()) ?? {}
    expect(endsAt - consentedAt).toBe(days * 24 * 3600_000)
  },
)
