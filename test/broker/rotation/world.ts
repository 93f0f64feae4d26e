import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { BrokerEvent } from '../../../shared/broker/broker-event.ts'
import { BrokerError } from '../../../shared/broker/broker-error.ts'
import { invitationOrigin } from '../../../shared/broker/consent-origin.ts'
import type { Grant } from '../../../shared/broker/grant.ts'
import type { Invitation } from '../../../shared/broker/invitation.ts'
import { invite } from '../../../shared/broker/invite.ts'
import { minting } from '../../../shared/broker/minting.ts'
import { opened } from '../../../shared/broker/open-invitation.ts'
import { renewalOrigin } from '../../../shared/broker/partner/renewal-origin.ts'
import { policySnapshot, type PolicyRows } from '../../../shared/broker/policy.ts'
import type { RedeemRefreshToken } from '../../../shared/broker/redeem.ts'
import type { Revocation } from '../../../shared/broker/revocation.ts'
import { putAway, revoke } from '../../../shared/broker/revoke.ts'
import { announced } from '../../../shared/broker/rotation/announced.ts'
import type { PartnerMessage } from '../../../shared/broker/rotation/messages.ts'
import { openPace } from '../../../shared/broker/rotation/pace.ts'
import type { Pace } from '../../../shared/broker/rotation/pace-row.ts'
import { rotatingOverdue } from '../../../shared/broker/rotation/rotate-overdue.ts'
import { sweepShard, type ListShard } from '../../../shared/broker/rotation/sweep-shard.ts'
import { tendGrant } from '../../../shared/broker/rotation/tend-grant.ts'
import { tendPartner } from '../../../shared/broker/rotation/tend-partner.ts'
import type { Rows } from '../../../shared/broker/rows.ts'
import type { SealedTokens, SealToken, UnsealToken } from '../../../shared/broker/sealed-token.ts'
import { storeConsent } from '../../../shared/broker/store-consent.ts'

export const hourMs = 3600_000
export const dayMs = 24 * hourMs
export const cycleMs = 7 * dayMs
const graph = 'https://graph.microsoft.com'
const person = '0f000000-0000-4000-8000-000000000101'

/** What the actors share: in memory, or on the local parts. */
export type Store = {
  app: string
  grants: Rows<Grant>
  invitations: Rows<Invitation>
  paces: Rows<Pace>
  revocations: Rows<Revocation>
  policy: PolicyRows
  sealedTokens: SealedTokens
  seal: SealToken
  unseal: UnsealToken
  publicKey: (maxAgeMs?: number) => Promise<{ kid: string }>
}

export type Trouble = 'none' | 'fails' | 'dies'

// A worker that died does nothing more, whatever its code would catch.
const worker = new AsyncLocalStorage<{ isDead: boolean }>()

/** Runs one act as a worker of its own, which may die of it. */
export const asWorker = <T>(run: () => Promise<T>): Promise<T> => worker.run({ isDead: false }, run)

/** What happens to the worker that takes a step. */
export const strike = (trouble: Trouble): void => {
  const self = worker.getStore()
  if (self && trouble === 'dies') self.isDead = true
  if (self?.isDead || trouble === 'fails') {
    throw new BrokerError('upstream_unavailable', 'trouble', { reason: 'tables_500' })
  }
}

/** Whether the worker that asks has died before. */
export const isDead = (): boolean => worker.getStore()?.isDead === true

export type WorldOptions = {
  store: Store
  /** Each look at the clock may be a moment of its own. */
  now: () => number
  pass: (ms: number) => void
  atStep: () => Promise<void>
  /** The one partner that sweeps see; all where absent. */
  only?: string
}

/** The broker's instances on one store, with an Entra that numbers its refresh tokens. */
export const openWorld = ({ store, now, pass, atStep, only }: WorldOptions) => {
  const sent: BrokerEvent[] = []
  const alarms: string[] = []
  const made = new Map<string, string[]>()
  let tokens = 0
  const redeem: RedeemRefreshToken = async ({ partner }) => {
    const at = now()
    await atStep()
    const redeemed = {
      accessToken: 'at',
      expiresInSeconds: 3600,
      scope: graph,
      refreshToken: `rt ${partner} ${++tokens}`,
      account: { objectId: person, tenant: partner },
      at,
    }
    await atStep()
    return { redeemed }
  }
  const grants = announced(store.grants, async (events) => {
    await atStep()
    sent.push(...structuredClone(events))
    await atStep()
  })
  const shared = {
    ...store,
    grants,
    redeem,
    now,
    remember: () => {},
    alarm: (name: string) => void alarms.push(name),
  }
  const openInstance = () => {
    const currentPolicy = policySnapshot(store.policy, now)
    const pace = openPace({ paces: store.paces, now, wait: async (ms) => pass(ms) })
    const tending = {
      ...shared,
      ...pace,
      currentPolicy,
      cycleMs,
      allowUnprovenMfa: false,
      finishRevocation: async (revocation: Parameters<typeof putAway>[1]) =>
        void (await putAway(shared, revocation)),
      probePartnerCenter: async () => {
        await atStep()
        return 'proven' as const
      },
    }
    const queue: PartnerMessage[] = []
    const sendPartner = async (message: PartnerMessage) => void queue.push(message)
    const listShard: ListShard = async (_shard, page) => {
      const own = only === undefined ? undefined : await grants.read(only)
      return own ? { items: [own] } : grants.list(page)
    }
    const working = { ...tending, sendPartner, halted: { until: 0 }, onTended: () => {} }
    return {
      mint: minting({ ...shared, ...pace, rotateOverdue: rotatingOverdue(working), currentPolicy }),
      rotate: (partner: string) =>
        tendGrant(tending, { partner, correlationId: 'x', isForced: true }),
      /** One sweep of everything, and then every message that it sent. */
      sweep: async () => {
        await sweepShard({ ...tending, sendPartner, listShard }, '00')
        for (const message of queue.splice(0)) await tendPartner(working, message, 'x')
      },
    }
  }
  const instances = [openInstance(), openInstance()] as const
  return {
    sent,
    alarms,
    instances,
    invite: async (partner: string) => {
      const operator = { name: 'Operator', contact: 'x' }
      const link = { ...shared, onboardingUrl: 'https://onboarding.example', operator }
      const request = { partner, audiences: [graph], validForDays: 1000, consentTermDays: 365 }
      const { id } = await invite(link, request, 'operator')
      made.set(partner, [...(made.get(partner) ?? []), id])
    },
    /** The partner's administrator consents to the latest invitation. */
    consent: async (partner: string) => {
      const invitation = await store.invitations.read(made.get(partner)?.at(-1) ?? '')
      const open = invitation && (await opened(shared, invitation.value))
      if (!open || 'kind' in open) return undefined
      const proven = { refreshToken: `rt ${partner} ${++tokens}`, at: now() }
      const attempt = attemptOf(open.invitation.id, partner)
      const origin = invitationOrigin(shared, open.invitation)
      return storeConsent(shared, { attempt, origin, consentedBy: person, proven })
    },
    /** The partner renews by itself, without an invitation. */
    renew: async (partner: string) => {
      const startedAt = now()
      const before = (await store.grants.read(partner))?.value
      if (!before) return undefined
      const attempt = { ...attemptOf(before.invitation, partner), startedAt }
      await atStep()
      const proven = { refreshToken: `rt ${partner} ${++tokens}`, at: now() }
      const who = { objectId: person, isAdmin: true }
      const origin = renewalOrigin({ attempt, before, person: who })
      return storeConsent(shared, { attempt, origin, consentedBy: person, proven })
    },
    revoke: (partner: string, revokedBy: 'operator' | 'partner') =>
      revoke(shared, { partner, reason: 'x', by: 'somebody', revokedBy }),
    issue: (partner: string, instance: 0 | 1) =>
      instances[instance].mint({
        asker: 'shop',
        partner,
        audience: graph,
        scopes: [`${graph}/.default`],
        correlationId: 'x',
        generation: 0,
      }),
  }
}

export type World = ReturnType<typeof openWorld>

const attemptOf = (invitation: string, partner: string) => ({
  v: 1 as const,
  id: randomUUID(),
  stateHash: '',
  browserHash: '',
  invitation,
  partner,
  nonce: '',
  codeVerifier: '',
  startedAt: 0,
  expiresAt: 0,
  status: 'redeeming' as const,
})
