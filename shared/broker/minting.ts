import { BrokerError, type BrokerErrorCode } from './broker-error.ts'
import { isWriteBackDue, type Grant } from './grant.ts'
import type { AccessToken, GenerationRequest, TokenOfGeneration } from './issue-token.ts'
import {
  keepIfSpare,
  rotatedBy,
  type KeepingPorts,
  type Rotated,
  type SparePorts,
} from './keep-rotated.ts'
import { markGrant } from './mark-grant.ts'
import type { CurrentPolicy } from './policy.ts'
import type { EntraFailure, Redeemed } from './redeem.ts'
import { redeemGrant, type RedeemingPorts, type Refused } from './redeem-grant.ts'
import { refusalError } from './refusal-error.ts'
import { resealing, type ResealIfOld, type ResealingPorts } from './reseal.ts'
import type { Rows, Stored } from './rows.ts'
import { grantRefusal } from './usable-grant.ts'

export type MintingPorts = Omit<RedeemingPorts, 'sealedTokens'> &
  Omit<KeepingPorts, 'grants' | 'sealedTokens'> &
  Pick<ResealingPorts, 'publicKey'> &
  SparePorts & {
    grants: Pick<Rows<Grant>, 'read' | 'replace'>
    sealedTokens: RedeemingPorts['sealedTokens'] & KeepingPorts['sealedTokens']
    currentPolicy: CurrentPolicy
    remember: (grant: Grant) => void
    /** Has it rotated where the timer is late; fails for nothing. */
    rotateOverdue: (grant: Grant) => Promise<void>
    /** Something that a person must look at, by name; never holds a secret. */
    alarm: (name: string, facts: Record<string, string | number>) => void
    now: () => number
  }

/** Redeems the grant's refresh token for exactly one audience, at the partner or one customer. */
export const minting = (ports: MintingPorts): TokenOfGeneration => {
  const reseal = resealing(ports)
  return async (request) => {
    const stored = await readUsable(ports, request)
    const first = await redeem(ports, stored.value, request)
    if ('redeemed' in first) return finish({ ...ports, reseal }, stored, { ...first, request })
    const current = first.refused.marksGrant ? await readUsable(ports, request) : stored
    if (!isReplaced(stored.value, current.value)) {
      return refuse(ports, current, { ...first, request })
    }
    // Another worker has replaced the token that was refused: use the winner's, once.
    const second = await redeem(ports, current.value, request)
    if ('redeemed' in second) return finish({ ...ports, reseal }, current, { ...second, request })
    return refuse(ports, current, { ...second, request })
  }
}

const readUsable = async (
  { grants, remember, currentPolicy, now }: MintingPorts,
  { partner, audience }: GenerationRequest,
): Promise<Stored<Grant>> => {
  const stored = await grants.read(partner)
  if (stored) remember(stored.value)
  const revocation = (await currentPolicy()).revocations.get(partner)
  const question = { partner, audience, now: now(), revocation }
  const refusal = grantRefusal(stored?.value, question)
  if (refusal || !stored) throw refusal
  return stored
}

const operatorsAffair = new Set<BrokerErrorCode>(['internal', 'app_misconfigured'])

const redeem = async (ports: MintingPorts, grant: Grant, request: GenerationRequest) => {
  try {
    return await redeemGrant(ports, grant, request)
  } catch (thrown) {
    if (thrown instanceof BrokerError && operatorsAffair.has(thrown.code)) {
      ports.alarm(thrown.detail.reason ?? thrown.code, { partner: grant.partner })
    }
    throw thrown
  }
}

const isReplaced = (before: Grant, after: Grant): boolean =>
  before.generation !== after.generation ||
  before.sealed.secretVersion !== after.sealed.secretVersion

type Finished = { request: GenerationRequest; redeemed: Redeemed; unsealed: string }

const finish = async (
  ports: MintingPorts & { reseal: ResealIfOld },
  stored: Stored<Grant>,
  { request, redeemed, unsealed }: Finished,
): Promise<AccessToken> => {
  const rotated = rotatedBy(redeemed)
  // Only what the partner's home tenant returned is ever written back.
  const isAtHome = request.customer === undefined
  if (isAtHome && rotated && isWriteBackDue(stored.value, ports.now())) {
    await writeBack(ports, stored, rotated)
  } else {
    await ports.reseal(stored, unsealed)
  }
  await ports.rotateOverdue(stored.value)
  // Whoever decides on the answer decides by what was revoked or locked down while Entra was asked.
  await ports.currentPolicy(ports.now())
  return {
    accessToken: redeemed.accessToken,
    expiresAt: redeemed.at + redeemed.expiresInSeconds * 1000,
    scope: redeemed.scope,
    generation: stored.value.generation,
  }
}

// The token in hand is good whatever becomes of the write: the next mint, or the timer, tries again.
const writeBack = async (
  ports: MintingPorts,
  stored: Stored<Grant>,
  rotated: Rotated,
): Promise<void> => {
  try {
    const kept = await keepIfSpare(ports, stored, rotated)
    if (typeof kept === 'object') ports.remember(kept.value)
  } catch {
    ports.alarm('write_back_failed', { partner: stored.value.partner })
  }
}

const refuse = async (
  ports: MintingPorts,
  stored: Stored<Grant>,
  { failure, refused, request }: Refused & { request: GenerationRequest },
): Promise<never> => {
  const { partner } = stored.value
  if (refused.unknown) ports.alarm('unknown_entra_error', { partner, ...factsOf(failure) })
  if (refused.code === 'app_misconfigured') {
    ports.alarm('app_misconfigured', { partner, ...factsOf(failure) })
  }
  // A claims challenge asks for more than the consent promised: its refusal says nothing of the grant.
  if (refused.marksGrant && request.challenge === undefined) {
    await markGrant(ports, stored, { failure, refused })
  }
  throw refusalError(refused, failure, partner)
}

const factsOf = ({ status, error, suberror = '', errorCodes }: EntraFailure) => ({
  status,
  error,
  suberror,
  errorCodes: errorCodes.join(' '),
})
