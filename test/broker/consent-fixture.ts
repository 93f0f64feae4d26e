import { vi } from 'vitest'
import {
  answerCallback,
  type Callback,
  type CallbackPorts,
} from '../../shared/broker/answer-callback.ts'
import type { Attempt } from '../../shared/broker/attempt.ts'
import { partnerCenter } from '../../shared/broker/audience.ts'
import { secretNameOf, type Grant } from '../../shared/broker/grant.ts'
import type { Invitation } from '../../shared/broker/invitation.ts'
import { invite } from '../../shared/broker/invite.ts'
import type { Session } from '../../shared/broker/partner/session.ts'
import type { ProbePartnerCenter } from '../../shared/broker/prove-consent.ts'
import type { RedeemRefreshToken } from '../../shared/broker/redeem.ts'
import type { Revocation } from '../../shared/broker/revocation.ts'
import type { Rows } from '../../shared/broker/rows.ts'
import type { FinishSignIn, SignedIn } from '../../shared/broker/sign-in.ts'
import { startSignIn } from '../../shared/broker/start-sign-in.ts'
import { inMemoryRows } from '../contract/in-memory/rows.ts'
import { inMemoryVault } from './in-memory-vault.ts'

export const app = '0f000000-0000-4000-8000-0000000000f1'
export const partner = '0f000000-0000-4000-8000-0000000000a1'
export const otherTenant = '0f000000-0000-4000-8000-0000000000a2'
export const person = '0f000000-0000-4000-8000-000000000101'
export const graph = 'https://graph.microsoft.com'
export const start = Date.parse('2026-03-01T12:00:00Z')

/** Called before each step that a worker can die at or another one can come between. */
export type Step = (name: string) => Promise<void> | void

export type Consenting = ReturnType<typeof openConsenting>
export type Visit = { state: string; browser: string; attempt: string }

export const signedIn: SignedIn = {
  person: { tenant: partner, objectId: person, name: 'Ada', roles: [] },
  refreshToken: 'rt 0',
  account: { tenant: partner, objectId: person },
}

/** Inviting and consenting on ports in memory, with clock, Entra and Partner Center in hand. */
export const openConsenting = (step: Step = () => {}) => {
  const clock = { now: start }
  const now = () => clock.now
  const history: Grant[] = []
  const grants = inMemoryRows<Grant>((grant) => grant.partner, {
    beforeWrite: ({ verb }) => step(`grants ${verb}`),
    onWritten: ({ key }) => void remember(key),
    afterWrite: ({ verb }) => step(`grants ${verb} done`),
  })
  const remember = async (key: string) => {
    const stored = await grants.read(key)
    if (stored) history.push(stored.value)
  }
  const invitations = stepped(inMemoryRowsOf<Invitation>('invitations', step), step)
  const attempts = stepped(inMemoryRowsOf<Attempt>('attempts', step), step)
  const sessions = stepped(inMemoryRowsOf<Session>('sessions', step), step)
  const revocations = stepped(
    inMemoryRows<Revocation>((revocation) => revocation.partner, {
      beforeWrite: ({ verb }) => step(`revocations ${verb}`),
      afterWrite: ({ verb }) => step(`revocations ${verb} done`),
    }),
    step,
  )
  const vault = inMemoryVault(() => step('secret'))
  let redemptions = 0
  const ports = {
    ...vault,
    grants: stepped(grants, step),
    invitations,
    attempts,
    sessions,
    revocations,
    app,
    adminRoles: [],
    allowUnprovenMfa: false,
    now,
    finishSignIn: vi.fn<FinishSignIn>(async () => (await step('sign-in'), { signedIn })),
    redeem: vi.fn<RedeemRefreshToken>(async ({ scopes }) => {
      await step('redeem')
      return { redeemed: redeemedBy(++redemptions, scopes, now()) }
    }),
    probePartnerCenter: vi.fn<ProbePartnerCenter>(async () => (await step('probe'), 'proven')),
    signInAddress: vi.fn(async ({ state }: { state: string }) => `https://entra.example/${state}`),
    onOutcome: vi.fn<CallbackPorts['onOutcome']>(),
    wait: async (ms: number) => {
      clock.now += ms
      await step('wait')
    },
  }
  const operator = { name: 'Operator', contact: 'ops@operator.example' }
  return {
    clock,
    history,
    grants,
    vault,
    ports,
    invite: async (audiences: string[] = [graph]): Promise<{ id: string; link: string }> => {
      const request = { partner, audiences, validForDays: 14, consentTermDays: 365 }
      const onboardingUrl = 'https://onboarding.example'
      const { id, url } = await invite(
        { invitations, revocations, onboardingUrl, operator, now },
        request,
        'ops',
      )
      return { id, link: url.slice(url.lastIndexOf('/') + 1) }
    },
    begin: async (link: string): Promise<Visit> => {
      const started = await startSignIn(ports, { link })
      if ('kind' in started) throw new Error(started.kind)
      const state = started.address.slice(started.address.lastIndexOf('/') + 1)
      return { state, browser: started.browser, attempt: started.attempt }
    },
    callback: (visit: Visit, changes: Partial<Callback> = {}) => answer(ports, visit, changes),
    answer,
    /** The refresh token behind the grant's row, opened as issuing would. */
    storedToken: async (grant: Grant): Promise<string | undefined> => {
      const { secretVersion, kid } = grant.sealed
      const sealed = await vault.sealedTokens.read(secretNameOf(grant), secretVersion)
      return sealed === undefined ? undefined : vault.unseal(sealed, { ...grant, kid })
    },
  }
}

const answer = (ports: CallbackPorts, { state, browser }: Visit, changes: Partial<Callback> = {}) =>
  answerCallback(ports, {
    state,
    browser,
    answer: { code: 'code', errorCodes: [] },
    correlationId: 'c',
    ...changes,
  })

const inMemoryRowsOf = <T extends { id: string }>(name: string, step: Step): Rows<T> =>
  inMemoryRows<T>(({ id }) => id, {
    beforeWrite: ({ verb }) => step(`${name} ${verb}`),
    afterWrite: ({ verb }) => step(`${name} ${verb} done`),
  })

const stepped = <T>(rows: Rows<T>, step: Step): Rows<T> => ({
  ...rows,
  read: async (key) => {
    await step('read')
    return rows.read(key)
  },
})

export const redeemedBy = (number: number, scopes: string[], at: number) => ({
  accessToken: `at ${number}`,
  expiresInSeconds: 3600,
  scope: scopes.join(' '),
  refreshToken: `rt ${number}`,
  account: { tenant: partner, objectId: person },
  at,
})

export const scopeOf = (audience: string = partnerCenter): string => `${audience}/.default`
