import type { Grant } from './grant.ts'
import type { AccessToken, ObtainRequest, ObtainToken, TokenOfGeneration } from './issue-token.ts'
import type { KnownGrants } from './known-grants.ts'
import type { CurrentPolicy } from './policy.ts'
import { isRevoked } from './revocation.ts'
import { grantRefusal, revoked } from './usable-grant.ts'

type Granting = {
  known: KnownGrants
  read: (partner: string) => Promise<Grant | undefined>
  currentPolicy: CurrentPolicy
  now: () => number
}

/**
 * Finds the generation that must answer. A remembered grant only ever says yes: before a refusal
 * the row is read again, since the partner may have consented anew on another instance. A revocation
 * that comes while a token is obtained holds for that token too.
 */
export const granted =
  (ports: Granting, next: TokenOfGeneration): ObtainToken =>
  async (request) => {
    const grant = await usableGrant(ports, request)
    const token = await next({ ...request, generation: grant.generation })
    await requireUnrevoked(ports, request, token)
    return { ...token, expiresAt: Math.min(token.expiresAt, endOf(ports, grant, token)) }
  }

const usableGrant = async (ports: Granting, request: ObtainRequest): Promise<Grant> => {
  const { partner, audience } = request
  const revocation = (await ports.currentPolicy()).revocations.get(partner)
  const refusalOf = (grant: Grant | undefined) =>
    grantRefusal(grant, { partner, audience, now: ports.now(), revocation })
  const remembered = ports.known.recall(partner)
  if (remembered && !refusalOf(remembered)) return remembered
  const grant = await ports.read(partner)
  const refusal = refusalOf(grant)
  if (refusal || !grant) throw refusal
  ports.known.remember(grant)
  return grant
}

const requireUnrevoked = async (
  { currentPolicy }: Granting,
  { partner }: ObtainRequest,
  { generation }: AccessToken,
): Promise<void> => {
  const revocation = (await currentPolicy()).revocations.get(partner)
  if (revocation && isRevoked({ generation, status: 'active' }, revocation)) {
    throw revoked(partner, revocation.revokedBy)
  }
}

// A mint may have met a newer generation, whose own term counts; it has been remembered by then.
const endOf = ({ known }: Granting, grant: Grant, { generation }: AccessToken): number => {
  const latest = known.recall(grant.partner)
  return latest?.generation === generation ? latest.endsAt : grant.endsAt
}
