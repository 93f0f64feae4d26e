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

/** Runs before and after each step that a worker can die at or another one can come between. */
export type AtStep = (step: string) => Promise<void>

export type WorldOptions = {
  store: Store
  /** The clock of each instance. Each look at one may be a moment of its own. */
  clocks: readonly [() => number, () => number]
  pass: (ms: number) => void
  atStep: AtStep
  /** The one partner that sweeps see; all where absent. */
  only?: string
}

/** The broker's instances on one store, with an Entra that numbers its refresh tokens. */
export const openWorld = ({ store, clocks, pass, atStep, only }: WorldOptions) => {
  const sent: BrokerEvent[] = []
  const alarms: string[] = []
  const made = new Map<string, string[]>()
  const entra = openEntra(atStep)
  const grants = announced(store.grants, async (events) => {
    await atStep('send events')
    sent.push(...structuredClone(events))
    await atStep('send events, done')
  })
  const portsAt = (now: () => number) => ({
    ...store,
    grants,
    redeem: entra.redeemAt(now),
    now,
    remember: () => {},
    alarm: (name: string) => void alarms.push(name),
  })
  const openInstance = (now: () => number) => {
    const shared = portsAt(now)
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
        await atStep('probe')
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
      shared,
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
  const instances = [openInstance(clocks[0]), openInstance(clocks[1])] as const
  return {
    sent,
    alarms,
    instances,
    isKilled: entra.isKilled,
    /** When a refresh token was given, by the clock of the instance that asked. */
    givenAt: entra.givenAt,
    /** Entra lets every refresh token of the partner die that it has given so far. */
    kill: entra.kill,
    invite: async (partner: string, consentTermDays = 365) => {
      const operator = { name: 'Operator', contact: 'x' }
      const { shared } = instances[0]
      const link = { ...shared, onboardingUrl: 'https://onboarding.example', operator }
      const request = { partner, audiences: [graph], validForDays: 1000, consentTermDays }
      const { id } = await invite(link, request, 'operator')
      made.set(partner, [...(made.get(partner) ?? []), id])
    },
    /** The partner's administrator consents to the latest invitation. */
    consent: async (partner: string, instance: 0 | 1 = 0) => {
      const { shared } = instances[instance]
      const invitation = await store.invitations.read(made.get(partner)?.at(-1) ?? '')
      const open = invitation && (await opened(shared, invitation.value))
      if (!open || 'kind' in open) return undefined
      const proven = entra.give(partner, shared.now())
      const attempt = attemptOf(open.invitation.id, partner)
      const origin = invitationOrigin(shared, open.invitation)
      return storeConsent(shared, { attempt, origin, consentedBy: person, proven })
    },
    /** The partner renews by itself, without an invitation. */
    renew: async (partner: string, instance: 0 | 1 = 0) => {
      const { shared } = instances[instance]
      const startedAt = shared.now()
      const seen = (await store.revocations.read(partner))?.etag
      const before = (await store.grants.read(partner))?.value
      if (!before) return undefined
      const attempt = {
        ...attemptOf(before.invitation, partner),
        startedAt,
        ...(seen !== undefined && { seenRevocation: seen }),
      }
      await atStep('sign-in')
      const proven = entra.give(partner, shared.now())
      const who = { objectId: person, isAdmin: true }
      const origin = renewalOrigin({ attempt, before, person: who })
      return storeConsent(shared, { attempt, origin, consentedBy: person, proven })
    },
    revoke: (partner: string, revokedBy: 'operator' | 'partner', instance: 0 | 1 = 0) =>
      revoke(instances[instance].shared, { partner, reason: 'x', by: 'somebody', revokedBy }),
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

const openEntra = (atStep: AtStep) => {
  let tokens = 0
  const killed = new Map<string, number>()
  const times = new Map<number, number>()
  const give = (partner: string, at: number) => {
    times.set(++tokens, at)
    return { refreshToken: `rt ${partner} ${tokens}`, at }
  }
  const isKilled = (partner: string, number: number) => number <= (killed.get(partner) ?? 0)
  const redeemAt =
    (now: () => number): RedeemRefreshToken =>
    async ({ partner, refreshToken }) => {
      const at = now()
      await atStep('redeem')
      if (isKilled(partner, Number(refreshToken.split(' ')[2]))) {
        return { failure: { status: 400, error: 'invalid_grant', errorCodes: [700082] } }
      }
      const redeemed = {
        accessToken: 'at',
        expiresInSeconds: 3600,
        scope: graph,
        ...give(partner, at),
        account: { objectId: person, tenant: partner },
      }
      await atStep('redeem, done')
      return { redeemed }
    }
  return {
    give,
    isKilled,
    redeemAt,
    kill: (partner: string) => void killed.set(partner, tokens),
    givenAt: (number: number) => times.get(number),
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
