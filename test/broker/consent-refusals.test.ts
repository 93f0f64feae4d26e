import { beforeEach, expect, test } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import type { EntraFailure } from '../../shared/broker/redeem.ts'
import type { SignedIn } from '../../shared/broker/sign-in.ts'
import {
  graph,
  openConsenting,
  otherTenant,
  partner,
  person,
  redeemedBy,
  signedIn,
  type Consenting,
} from './consent-fixture.ts'

let broker: Consenting
let invitation: { id: string; link: string }
beforeEach(async () => {
  broker = openConsenting()
  await broker.callback(await broker.begin((await broker.invite()).link))
  invitation = await broker.invite()
})

const failing = (failure: Partial<EntraFailure>) => ({
  failure: { status: 400, error: 'invalid_grant', errorCodes: [], ...failure },
})
const signsInAs = (changes: Partial<SignedIn>) =>
  broker.ports.finishSignIn.mockResolvedValueOnce({ signedIn: { ...signedIn, ...changes } })
const withPerson = (tenant: string) => ({ ...signedIn.person, tenant })

/** One refused callback: nothing is stored, the earlier grant works, the invitation stays open. */
const refusedBy = async (arrange: () => unknown, answer = {}) => {
  const visit = await broker.begin(invitation.link)
  const before = [await broker.grants.read(partner), [...broker.vault.secrets]]
  arrange()
  const outcome = await broker.callback(visit, {
    answer: { code: 'code', errorCodes: [], ...answer },
  })
  expect([await broker.grants.read(partner), [...broker.vault.secrets]]).toEqual(before)
  expect((await broker.ports.invitations.read(invitation.id))?.value.status).toBe('open')
  expect(await broker.callback(visit)).toEqual(outcome)
  return outcome
}

test.each([
  ['a cancelled sign-in', { error: 'access_denied', errorCodes: [65004] }, 'signin_cancelled'],
  ['a busy Entra', { error: 'temporarily_unavailable' }, 'unavailable'],
  ['a failing Entra', { error: 'server_error' }, 'unavailable'],
] as const)('%s is refused', async (_, { error, ...more }, kind) => {
  expect(await refusedBy(() => {}, { error, ...more })).toEqual({ kind })
  expect(broker.ports.finishSignIn).toHaveBeenCalledOnce()
})

test('any other error of Entra is shown by its number', async () => {
  const answer = { error: 'invalid_client', errorCodes: [650052] }
  expect(await refusedBy(() => {}, answer)).toEqual({
    kind: 'signin_error',
    errorCode: 'AADSTS650052',
  })
  expect(await refusedBy(() => {}, { error: 'nonsense' })).toEqual({ kind: 'signin_error' })
})

test('an error beside a code is an error, and no code at all is none', async () => {
  expect(await refusedBy(() => {}, { error: 'access_denied' })).toEqual({
    kind: 'signin_cancelled',
  })
  expect(await refusedBy(() => {}, { code: undefined })).toEqual({ kind: 'signin_error' })
})

test.each([
  ['a code that was redeemed', { errorCodes: [54005] }, 'signin_error'],
  ['a wrong verifier', { errorCodes: [501481] }, 'signin_error'],
  ['our own wrong secret', { error: 'invalid_client', errorCodes: [7000215] }, 'unavailable'],
  ['missing MFA', { errorCodes: [50076], suberror: 'basic_action' }, 'mfa_missing'],
  ['a throttling Entra', { status: 429, error: 'unreadable' }, 'unavailable'],
  ['a failing Entra', { status: 503 }, 'unavailable'],
  ['a silent Entra', { status: 0, error: 'no_answer' }, 'unavailable'],
] as const)('%s at the redemption of the code is refused', async (_, failure, kind) => {
  const errorCodes = 'errorCodes' in failure ? [...failure.errorCodes] : []
  const refused = failing({ ...failure, errorCodes })
  const outcome = await refusedBy(() => broker.ports.finishSignIn.mockResolvedValueOnce(refused))
  expect(outcome.kind).toBe(kind)
})

test('a bad ID token is refused, whichever check failed', async () => {
  for (const idToken of ['signature', 'nonce', 'aud', 'iss', 'exp', 'tid']) {
    const arrange = () => broker.ports.finishSignIn.mockResolvedValueOnce({ idToken })
    expect(await refusedBy(arrange)).toEqual({ kind: 'id_token_invalid' })
  }
})

test('a tenant other than the one invited is refused', async () => {
  const account = { tenant: otherTenant, objectId: person }
  expect(await refusedBy(() => signsInAs({ person: withPerson(otherTenant), account }))).toEqual({
    kind: 'wrong_tenant',
    invitedTenant: partner,
    usedTenant: otherTenant,
  })
})

test('a guest of the invited tenant is refused', async () => {
  const account = { tenant: otherTenant, objectId: person }
  expect(await refusedBy(() => signsInAs({ account }))).toEqual({
    kind: 'guest',
    invitedTenant: partner,
    homeTenant: otherTenant,
  })
})

test('a token of another person than the one who signed in, or of nobody, is refused', async () => {
  const account = { tenant: partner, objectId: 'someone' }
  expect((await refusedBy(() => signsInAs({ account }))).kind).toBe('account_mismatch')
  const { account: _, ...nobody } = signedIn
  const arrange = () => broker.ports.finishSignIn.mockResolvedValueOnce({ signedIn: nobody })
  expect((await refusedBy(arrange)).kind).toBe('account_mismatch')
})

test('a sign-in without refresh token is refused', async () => {
  const { refreshToken: _, ...without } = signedIn
  const arrange = () => broker.ports.finishSignIn.mockResolvedValueOnce({ signedIn: without })
  expect(await refusedBy(arrange)).toEqual({ kind: 'no_refresh_token' })
})

/** Partner Center's redemption goes well; that of the second audience is as given. */
const secondAudience = (second: Awaited<ReturnType<typeof broker.ports.redeem>>) => () => {
  const first = { redeemed: redeemedBy(90, [], broker.clock.now) }
  broker.ports.redeem.mockResolvedValueOnce(first).mockResolvedValueOnce(second)
}

test('one audience that refuses is enough, and is named', async () => {
  const refused = failing({ errorCodes: [65001], suberror: 'consent_required' })
  expect(await refusedBy(secondAudience(refused))).toEqual({
    kind: 'audience_refused',
    audience: graph,
    errorCode: 'AADSTS65001',
  })
  expect(await refusedBy(secondAudience(failing({ status: 503 })))).toEqual({ kind: 'unavailable' })
  const mfa = failing({ error: 'interaction_required', errorCodes: [50079] })
  expect(await refusedBy(secondAudience(mfa))).toEqual({ kind: 'mfa_missing' })
})

test('a probe that gives another person’s token, or nobody’s, is refused', async () => {
  const redeemed = redeemedBy(91, [], broker.clock.now)
  const { account: _, ...nobodys } = redeemed
  const someones = { ...redeemed, account: { tenant: partner, objectId: 'someone' } }
  for (const second of [nobodys, someones]) {
    expect((await refusedBy(secondAudience({ redeemed: second }))).kind).toBe('account_mismatch')
  }
})

test.each(['not_an_agent', 'mfa_missing', 'mfa_unproven'] as const)(
  'Partner Center’s answer %s is refused',
  async (kind) => {
    const arrange = () => broker.ports.probePartnerCenter.mockResolvedValueOnce(kind)
    expect(await refusedBy(arrange)).toEqual({ kind })
  },
)

test('unproven MFA is accepted only by the setting, missing MFA never', async () => {
  broker.ports.allowUnprovenMfa = true
  const arrange = () => broker.ports.probePartnerCenter.mockResolvedValueOnce('mfa_missing')
  expect(await refusedBy(arrange)).toEqual({ kind: 'mfa_missing' })
  broker.ports.probePartnerCenter.mockResolvedValueOnce('mfa_unproven')
  const visit = await broker.begin(invitation.link)
  expect(await broker.callback(visit)).toMatchObject({ kind: 'consented' })
})

test('a fault of Partner Center or of the vault is told as one, not as a refusal', async () => {
  const down = new BrokerError('upstream_unavailable', 'down')
  const arrange = () => broker.ports.probePartnerCenter.mockRejectedValueOnce(down)
  expect(await refusedBy(arrange)).toEqual({ kind: 'unavailable' })
  const noVault = () => broker.vault.sealedTokens.write.mockRejectedValueOnce(down)
  expect(await refusedBy(noVault)).toEqual({ kind: 'unavailable' })
})

test('an invitation cancelled or used during the sign-in stores nothing', async () => {
  for (const [status, kind] of [
    ['cancelled', 'invitation_unknown'],
    ['used', 'invitation_used'],
  ] as const) {
    const { id, link } = await broker.invite()
    const visit = await broker.begin(link)
    broker.ports.finishSignIn.mockImplementationOnce(async () => {
      const stored = await broker.ports.invitations.read(id)
      if (stored) await broker.ports.invitations.replace({ ...stored.value, status }, stored.etag)
      return { signedIn }
    })
    expect(await broker.callback(visit)).toEqual({ kind })
  }
  expect((await broker.grants.read(partner))?.value.generation).toBe(1)
})
