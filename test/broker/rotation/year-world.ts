import { vi } from 'vitest'
import type { Attempt } from '../../../shared/broker/attempt.ts'
import { BrokerError } from '../../../shared/broker/broker-error.ts'
import { isEndedBy } from '../../../shared/broker/revocation.ts'
import type { Grant } from '../../../shared/broker/grant.ts'
import type { Invitation } from '../../../shared/broker/invitation.ts'
import { minting } from '../../../shared/broker/minting.ts'
import type { Redemption } from '../../../shared/broker/redeem.ts'
import { revoke } from '../../../shared/broker/revoke.ts'
import { rotatingOverdue } from '../../../shared/broker/rotation/rotate-overdue.ts'
import { sweepShard } from '../../../shared/broker/rotation/sweep-shard.ts'
import type { Stored } from '../../../shared/broker/rows.ts'
import { tendPartner } from '../../../shared/broker/rotation/tend-partner.ts'
import { storeConsent } from '../../../shared/broker/store-consent.ts'
import { inMemoryRows } from '../../contract/in-memory/rows.ts'
import { dayMs } from './grants.ts'
import { expected } from './invariants.ts'
import { openTending, redeemedAt } from './tending-fixture.ts'

const graph = 'https://graph.microsoft.com'
const inactivityMs = 90 * dayMs

/** What goes wrong while it lasts. */
export type Faults = {
  isEntraDown: boolean
  isVaultReadOnly: boolean
  isPartnerCenterDown: boolean
  /** How likely a write of a row fails, before or after it was done. */
  tableTrouble: number
  isQueueDown: boolean
}

const quiet: Faults = {
  isEntraDown: false,
  isVaultReadOnly: false,
  isPartnerCenterDown: false,
  tableTrouble: 0,
  isQueueDown: false,
}

type Random = () => number

/** Partners, Entra and the broker's rules on a virtual clock; every row that was written is looked at. */
export const openYear = (random: Random, onRow: (grant: Grant, isDead: boolean) => void) => {
  const faults = { ...quiet }
  const known = new Map<string, Stored<Grant>>()
  const tokens = new Map<string, { usedAt: number; isKilled: boolean }>()
  const tokensOf = new Map<string, string[]>()
  const lostRoles = new Set<string>()
  const trouble = (when: string) => {
    if (random() < faults.tableTrouble) throw new BrokerError('upstream_unavailable', when)
  }
  const broker = openTending({
    beforeWrite: () => trouble('before'),
    onWritten: ({ key }) => void look(key),
    afterWrite: () => trouble('after'),
    beforeSend: () => {
      if (faults.isQueueDown) throw new BrokerError('upstream_unavailable', 'no queue')
    },
  })
  const { clock, vault, rows, grants, ports, revocations } = broker
  const now = () => clock.now

  // The row as it was written, without a copy for each look of a sweep.
  const look = async (partner: string): Promise<void> => {
    const stored = await rows.read(partner)
    if (!stored) return
    known.set(partner, stored)
    const { status, lastFailure } = stored.value
    const isOver = lastFailure?.reason === 'term_over'
    if (status !== 'consent_needed' || isOver) return onRow(stored.value, false)
    const token = await tokenOf(stored.value)
    onRow(stored.value, token === undefined || isDead(token))
  }
  const isDead = (token: string): boolean => {
    const one = tokens.get(token)
    return !one || one.isKilled || now() - one.usedAt > inactivityMs
  }
  const tokenOf = async (grant: Grant): Promise<string | undefined> => {
    const { secretVersion, kid } = grant.sealed
    const name = `refresh-token-${grant.app}-${grant.partner}-${grant.generation}`
    const sealed = vault.secrets.get(`${name}/${secretVersion}`)
    return sealed === undefined ? undefined : vault.unseal(sealed, { ...grant, kid })
  }
  const issueToken = (partner: string) => {
    const redeemed = redeemedAt(now(), partner)
    tokens.set(redeemed.refreshToken, { usedAt: now(), isKilled: false })
    tokensOf.set(partner, [...(tokensOf.get(partner) ?? []), redeemed.refreshToken])
    return redeemed
  }

  broker.redeem.mockImplementation(async ({ refreshToken, partner }): Promise<Redemption> => {
    if (faults.isEntraDown) return { failure: { status: 0, error: 'no_answer', errorCodes: [] } }
    if (isDead(refreshToken)) {
      return { failure: { status: 400, error: 'invalid_grant', errorCodes: [700082] } }
    }
    const used = tokens.get(refreshToken)
    if (used) used.usedAt = now()
    return { redeemed: issueToken(partner) }
  })
  let asked = ''
  broker.probePartnerCenter.mockImplementation(async () => {
    if (faults.isPartnerCenterDown) throw new BrokerError('upstream_unavailable', 'down')
    return lostRoles.has(asked) ? 'not_an_agent' : 'proven'
  })
  const { write, remove } = ports.sealedTokens
  const writable = () => {
    if (faults.isVaultReadOnly) throw new BrokerError('upstream_unavailable', 'read-only')
  }
  ports.sealedTokens.write = async (name, sealed) => (writable(), write(name, sealed))
  ports.sealedTokens.remove = async (name) => (writable(), remove(name))
  const redeem = ports.redeem
  ports.redeem = async (request) => {
    asked = request.partner
    return redeem(request)
  }

  const invitations = inMemoryRows<Invitation>(({ id }) => id)
  const storing = { ...ports, grants, invitations, revocations, app: 'app', now }
  const { publicKey } = vault
  const takeSpareSlot = async () => true
  const issuing = { publicKey, takeSpareSlot, remember: () => {} }
  const mint = minting({
    ...ports,
    ...issuing,
    rotateOverdue: rotatingOverdue({ ...ports, now }),
    now,
  })
  let attempts = 0
  return {
    broker,
    clock,
    faults,
    known,
    tokens,
    lostRoles,
    tokenOf,
    isDead,
    calm: () => Object.assign(faults, quiet),
    /** The partner's administrator consents; a revocation from before does not matter any more. */
    consent: async (partner: string, days: number): Promise<void> => {
      const begunAt = now()
      const id = `attempt ${++attempts}`
      const { refreshToken, at } = issueToken(partner)
      await storeConsent(storing, {
        attempt: attemptOf(id, partner, begunAt),
        origin: {
          partner,
          audiences: [graph],
          invitation: id,
          termMs: days * dayMs,
          begunAt,
          refusalNow: async () => undefined,
          isEndedBy: ({ value }) => isEndedBy(value, begunAt),
        },
        consentedBy: 'person',
        proven: { refreshToken, at },
      })
    },
    revoke: (partner: string, revokedBy: 'operator' | 'partner') =>
      revoke({ ...ports, revocations, now }, { partner, reason: 'x', by: 'x', revokedBy }),
    issue: async (partner: string): Promise<void> => {
      const generation = known.get(partner)?.value.generation ?? 0
      const target = { partner, audience: graph, scopes: [`${graph}/.default`] }
      await mint({ ...target, generation, asker: 'x', correlationId: 'x' })
    },
    /** Entra forgets every token of the partner, as after a revocation of sessions. */
    kill: (partner: string): void => {
      for (const token of tokensOf.get(partner) ?? [])
        Object.assign(tokens.get(token) ?? {}, { isKilled: true })
    },
    sweep: async (): Promise<void> => {
      const items = [...known.values()]
      await sweepShard({ ...ports, listShard: async () => ({ items }) }, '00')
    },
    /** Delivers every message that waits, some of them twice; what throws is brought back by the host. */
    deliver: async (): Promise<void> => {
      for (const { message } of broker.queue.splice(0)) {
        const times = random() < 0.05 ? 2 : 1
        for (let time = 0; time < times; time++) {
          await tendPartner(ports, message, 'x').catch(expected)
        }
      }
      // What they record of each call would be most of the memory by the end of the year.
      vi.clearAllMocks()
    },
  }
}

const attemptOf = (id: string, partner: string, startedAt: number): Attempt => ({
  v: 1,
  id,
  stateHash: '',
  browserHash: '',
  invitation: id,
  partner,
  nonce: '',
  codeVerifier: '',
  startedAt,
  expiresAt: startedAt,
  status: 'redeeming',
})

export type Year = ReturnType<typeof openYear>
