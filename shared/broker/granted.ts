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
    const behind = grantBehind(ports, grant, token)
    await requireUnrevoked(ports, behind, token)
    return { ...token, expiresAt: Math.min(token.expiresAt, behind.endsAt) }
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
  grant: Grant,
  { generation }: AccessToken,
): Promise<void> => {
  const revocation = (await currentPolicy()).revocations.get(grant.partner)
  if (isRevoked({ ...grant, generation }, revocation)) {
    throw revoked(grant.partner, revocation?.revokedBy ?? grant.revokedBy ?? 'operator')
  }
}

// A mint may have met a newer generation, whose own facts count; it has been remembered by then.
const grantBehind = ({ known }: Granting, grant: Grant, { generation }: AccessToken): Grant => {
  const latest = known.recall(grant.partner)
  return latest?.generation === generation ? latest : grant
}
