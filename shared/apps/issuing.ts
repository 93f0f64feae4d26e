import { withinBudget } from '../azure/time-budget.ts'
import { admitted } from '../broker/admitted.ts'
import { audited } from '../broker/audited.ts'
import type { Audit } from '../broker/audit.ts'
import { authorized } from '../broker/authorized.ts'
import { budgeted } from '../broker/budgeted.ts'
import { cached, tokenCache } from '../broker/cached.ts'
import { challenged } from '../broker/challenged.ts'
import { granted } from '../broker/granted.ts'
import type { GenerationRequest, IssueToken } from '../broker/issue-token.ts'
import { knownGrants } from '../broker/known-grants.ts'
import { longLived } from '../broker/long-lived.ts'
import { measured, measuredRedemption } from '../broker/measured.ts'
import type { Metrics } from '../broker/metrics.ts'
import { minting, type MintingPorts } from '../broker/minting.ts'
import type { SendPartner } from '../broker/rotation/messages.ts'
import { rotatingOverdue } from '../broker/rotation/rotate-overdue.ts'
import { singleFlight } from '../broker/single-flight.ts'
import { mintKey, tokenKey } from '../broker/token-key.ts'
import type { BrokerConfig } from '../config.ts'
import { alarm } from './log-lines.ts'
import { networksOf } from './networks-of.ts'

export type IssuingPorts = Omit<MintingPorts, 'remember' | 'alarm' | 'rotateOverdue'> & {
  audit: Audit
  sendPartner: SendPartner
  /** Left out: nothing is measured. */
  metrics?: Metrics
}

type IssuingConfig = Pick<
  BrokerConfig,
  | 'APP_CLIENT_ID'
  | 'ENTRA_AUTHORITY'
  | 'CALLER_REDEMPTIONS_PER_MINUTE'
  | 'CALLER_NETWORKS'
  | 'ROTATION_DAYS'
>

// A queue that hangs must not use up the time in which the answer is put on record.
const handOverMs = 1_500

const inLittleTime =
  (send: SendPartner): SendPartner =>
  (message) =>
    withinBudget(handOverMs, () => send(message))

/**
 * The wrappers of issuing, outermost first: measured, audited, admitted, authorized, long-lived, granted, challenged,
 * cached, budgeted, one mint at a time.
 */
export const issuing = (config: IssuingConfig, doors: IssuingPorts): IssueToken => {
  const { currentPolicy, audit, grants, now, metrics = () => {} } = doors
  const measuring = { metrics, now }
  const known = knownGrants()
  const cache = tokenCache()
  const origin = { app: config.APP_CLIENT_ID, authorityHost: config.ENTRA_AUTHORITY }
  const read = async (partner: string) => (await grants.read(partner))?.value
  const redeemToken = measuredRedemption(measuring, doors.redeem)
  const cycleMs = config.ROTATION_DAYS * 24 * 3600_000
  const sendPartner = inLittleTime(doors.sendPartner)
  const rotateOverdue = rotatingOverdue({ sendPartner, cycleMs, now, alarm })
  const { remember } = known
  const mint = minting({ ...doors, redeem: redeemToken, remember, rotateOverdue, alarm })
  const oneMint = singleFlight((request) => mintKey(origin, request), mint)
  const redeem = budgeted({ perMinute: config.CALLER_REDEMPTIONS_PER_MINUTE, now }, oneMint)
  const onLookup = (isHit: boolean) => metrics('token_cache_hit', isHit ? 1 : 0)
  const ordinary = cached({ cache, origin, now, onLookup }, redeem)
  const forget = (request: GenerationRequest) => void cache.delete(tokenKey(origin, request))
  const relaying = challenged({ now, forget, ordinary, redeem })
  const obtain = longLived(now, granted({ known, read, currentPolicy, now }, relaying))
  // Authorization stays outside the cache: a warm cache answers nobody whom it refuses.
  const { networks } = networksOf(config.CALLER_NETWORKS)
  const issue = audited(audit, admitted(networks, authorized(currentPolicy, now, obtain)))
  return measured(measuring, issue)
}
