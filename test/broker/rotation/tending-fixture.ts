import { vi } from 'vitest'
import type { BrokerEvent } from '../../../shared/broker/broker-event.ts'
import { secretNameOf, type Grant } from '../../../shared/broker/grant.ts'
import { policySnapshot } from '../../../shared/broker/policy.ts'
import type { ProbePartnerCenter } from '../../../shared/broker/prove-consent.ts'
import type { EntraFailure, RedeemRefreshToken } from '../../../shared/broker/redeem.ts'
import { putAway } from '../../../shared/broker/revoke.ts'
import { announced } from '../../../shared/broker/rotation/announced.ts'
import type { PartnerMessage } from '../../../shared/broker/rotation/messages.ts'
import { sweepShard } from '../../../shared/broker/rotation/sweep-shard.ts'
import { tendGrant, type Tended } from '../../../shared/broker/rotation/tend-grant.ts'
import { tendPartner, type WorkPorts } from '../../../shared/broker/rotation/tend-partner.ts'
import { inMemoryPolicy } from '../../contract/in-memory/policy.ts'
import { inMemoryRows, type WriteHooks } from '../../contract/in-memory/rows.ts'
import { inMemoryVault } from '../in-memory-vault.ts'
import { dayMs, hourMs, start } from './grants.ts'

export const cycleMs = 7 * dayMs
const messagePauseMs = 30_000
const maxDequeueCount = 5

type Waiting = { at: number; message: PartnerMessage; failures: number }

type TendingHooks = WriteHooks & {
  /** Called before events are put into their queue: a throw is a queue that cannot be reached. */
  beforeSend?: () => void
}

/** One instance that tends grants in memory: its timer, its queue and its clock are the test's. */
export const openTending = (hooks: TendingHooks = {}) => {
  const clock = { now: start }
  const now = () => clock.now
  const vault = inMemoryVault()
  const sent: BrokerEvent[] = []
  const alarm = vi.fn()
  const rows = inMemoryRows<Grant>((grant) => grant.partner, hooks)
  const { policy, revocations } = inMemoryPolicy()
  const redeem = vi.fn<RedeemRefreshToken>(async ({ partner }) => ({
    redeemed: redeemedAt(now(), partner),
  }))
  const probePartnerCenter = vi.fn<ProbePartnerCenter>(async () => 'proven')
  const grants = announced(rows, async (events) => {
    hooks.beforeSend?.()
    sent.push(...events)
  })
  const shared = { ...vault, sealedTokens: { ...vault.sealedTokens }, grants, revocations, now }
  const queue: Waiting[] = []
  const poison: PartnerMessage[] = []
  const tended: Tended[] = []
  const ports: WorkPorts = {
    ...shared,
    currentPolicy: policySnapshot(policy, now),
    redeem,
    probePartnerCenter,
    allowUnprovenMfa: false,
    alarm,
    cycleMs,
    finishRevocation: async (revocation) => void (await putAway(shared, revocation)),
    takeSlot: async () => {},
    holdOff: vi.fn(async () => {}),
    sendPartner: async (message, delayMs = 0) =>
      void queue.push({ at: now() + delayMs, message, failures: 0 }),
    halted: { until: 0 },
    onTended: (one) => void tended.push(one),
  }
  const deliver = async (one: Waiting): Promise<void> => {
    try {
      await tendPartner(ports, one.message, 'x')
    } catch {
      const failures = one.failures + 1
      if (failures >= maxDequeueCount) poison.push(one.message)
      else queue.push({ ...one, at: now() + messagePauseMs, failures })
    }
  }
  const sweep = () => sweepShard({ ...ports, listShard: (_shard, page) => grants.list(page) }, '00')
  return {
    clock,
    vault,
    rows,
    grants,
    revocations,
    ports,
    redeem,
    probePartnerCenter,
    alarm,
    sent,
    queue,
    poison,
    tended,
    sweep,
    tend: (partner: string) => tendGrant(ports, { partner, correlationId: 'x' }),
    /** Stores a grant with a refresh token that opens. */
    store: async (grant: Grant): Promise<Grant> => {
      const { sealed, kid } = await vault.seal(`rt ${grant.partner} 0`, grant)
      const secretVersion = await vault.sealedTokens.write(secretNameOf(grant), sealed)
      const stored = { ...grant, sealed: { ...grant.sealed, secretVersion, kid } }
      await rows.add(stored)
      return stored
    },
    /** Lets the timer run each hour, unless it is silent, and delivers each message in its time. */
    runFor: async (ms: number, { isSilent = false } = {}): Promise<void> => {
      const until = clock.now + ms
      let timerAt = clock.now
      for (;;) {
        const first = queue.toSorted((one, other) => one.at - other.at)[0]
        const at = Math.min(isSilent ? Infinity : timerAt, first?.at ?? Infinity)
        if (at > until) break
        clock.now = Math.max(clock.now, at)
        if (first && first.at <= at) {
          queue.splice(queue.indexOf(first), 1)
          await deliver(first)
        } else {
          timerAt += hourMs
          await sweep().catch(() => undefined)
        }
      }
      clock.now = Math.max(clock.now, until)
    },
    row: async (partner: string): Promise<Grant> => {
      const stored = await rows.read(partner)
      if (!stored) throw new Error('the grant is lost')
      return stored.value
    },
  }
}

export type Tending = ReturnType<typeof openTending>

let made = 0

export const redeemedAt = (at: number, partner: string) => ({
  accessToken: 'at',
  expiresInSeconds: 3600,
  scope: '',
  refreshToken: `rt ${partner} ${++made}`,
  account: { objectId: 'person', tenant: partner },
  at,
})

/** An answer of Entra that refuses. */
export const refusing = (failure: Partial<EntraFailure>): RedeemRefreshToken => {
  return async () => ({
    failure: { status: 400, error: 'invalid_grant', errorCodes: [], ...failure },
  })
}
