import { vi } from 'vitest'
import type { Audit } from '../../shared/broker/audit.ts'
import type { ConsentOutcome } from '../../shared/broker/consent-outcome.ts'
import type { OnPartner } from '../../shared/broker/partner/on-partner.ts'
import { partnerDesk } from '../../shared/broker/partner/partner-desk.ts'
import type { UsageOf } from '../../shared/broker/partner/partner-facts.ts'
import { globalAdministrator } from '../../shared/broker/partner/partner-person.ts'
import type { PartnerForm } from '../../shared/broker/partner/partner-relay.ts'
import type { SeeingPorts } from '../../shared/broker/partner/see-partner.ts'
import { revoke } from '../../shared/broker/revoke.ts'
import { openConsenting, partner, signedIn, type Step, type Visit } from './consent-fixture.ts'

export const otherPerson = '0f000000-0000-4000-8000-000000000102'

export type Partnering = Awaited<ReturnType<typeof openPartnering>>

/** A partner that has consented once, and its own pages, on ports in memory. */
export const openPartnering = async (step: Step = () => {}) => {
  const consenting = openConsenting(step)
  const { clock, grants } = consenting
  const until = 1_000
  const ports = {
    ...consenting.ports,
    adminRoles: ['0f000000-0000-4000-8000-0000000000b1'],
    audit: {
      commit: vi.fn<Audit['commit']>(async () => {
        await step('audit')
      }),
    },
    tokensAlive: vi.fn(async () => ({ until: clock.now + until })),
    lastUse: vi.fn<SeeingPorts['lastUse']>(async () => ({
      lastUsedAt: clock.now,
      record: 'complete',
    })),
    usageOf: vi.fn<UsageOf>(async () => undefined),
    shown: {
      app: { displayName: 'App', clientId: consenting.ports.app },
      addresses: ['192.0.2.1'],
    },
    onPartner: vi.fn<OnPartner>(),
  }
  const desk = partnerDesk(ports)
  const callback = (visit: Visit) => consenting.answer(ports, visit)
  const visitOf = (started: { address: string; browser: string; attempt: string }): Visit => ({
    state: started.address.slice(started.address.lastIndexOf('/') + 1),
    browser: started.browser,
    attempt: started.attempt,
  })
  const signIn = async (): Promise<ConsentOutcome> =>
    callback(visitOf(await desk.partnerSignIn({ partner })))

  const openPages = async (): Promise<PartnerForm> => {
    const outcome = await signIn()
    const session = outcome.kind === 'signed_in' ? outcome.session : undefined
    if (session === undefined) throw new Error(outcome.kind)
    const facts = await desk.partner({ session })
    if (facts.kind !== 'partner') throw new Error(facts.kind)
    return { session, csrf: facts.csrf }
  }
  const renewing = async (form: PartnerForm): Promise<Visit> => {
    const started = await desk.renew(form)
    if (started.kind !== 'started') throw new Error(started.kind)
    return visitOf(started)
  }
  await consenting.callback(await consenting.begin((await consenting.invite()).link))
  return {
    ...consenting,
    ports,
    desk,
    callback,
    signIn,
    openPages,
    renewing,
    withdraw: (form: PartnerForm) =>
      desk.withdraw({ ...form, confirmation: partner, correlationId: 'c' }),
    /** The operator revokes; his instance's clock may be behind. */
    revoke: (behindMs = 0) =>
      revoke(
        { ...ports, now: () => clock.now - behindMs },
        { partner, by: 'operator', reason: 'the contract ended', revokedBy: 'operator' },
      ),
    grantNow: async () => (await grants.read(partner))?.value,
    revocationNow: async () => (await ports.revocations.read(partner))?.value,
    /** From now on another person signs in, with these roles. */
    signsIn: (objectId: string, roles: string[] = [globalAdministrator]) => {
      const person = { ...signedIn.person, objectId, roles }
      const account = { tenant: partner, objectId }
      ports.finishSignIn.mockImplementation(async () => ({
        signedIn: { ...signedIn, person, account },
      }))
      ports.redeem.mockImplementation(async ({ scopes }) => ({
        redeemed: {
          accessToken: 'at',
          expiresInSeconds: 3600,
          scope: scopes.join(' '),
          refreshToken: 'rt 9',
          account,
          at: clock.now,
        },
      }))
    },
  }
}
