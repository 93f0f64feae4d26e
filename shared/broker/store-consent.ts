import type { Attempt } from './attempt.ts'
import type { ConsentRefusal } from './consent-outcome.ts'
import { secretNameOf, type Grant } from './grant.ts'
import { sealedVersion } from './keep-rotated.ts'
import type { Invitation } from './invitation.ts'
import { closedAs } from './open-invitation.ts'
import type { Proven } from './prove-consent.ts'
import { isEndedBy, type Revocation } from './revocation.ts'
import { consented, revoked as asRevoked } from './rotation/transitions.ts'
import type { Rows, Stored } from './rows.ts'
import type { SealedTokens, SealToken } from './sealed-token.ts'

export type StoringPorts = {
  grants: Pick<Rows<Grant>, 'read' | 'add' | 'replace'>
  invitations: Pick<Rows<Invitation>, 'read' | 'replace'>
  revocations: Pick<Rows<Revocation>, 'read'>
  sealedTokens: Pick<SealedTokens, 'write' | 'remove'>
  seal: SealToken
  /** Client id of our application registration. */
  app: string
  now: () => number
}

export type ToStore = {
  attempt: Attempt
  invitation: Invitation
  consentedBy: string
  proven: Proven
}

const dayMs = 24 * 3600_000
// Each lost race is another consent of the same partner: more than a few are no accident.
const tries = 3

/**
 * Stores a proven consent as the next generation: the secret first, then the row by ETag. The row
 * names the invitation it came from, so that one invitation never makes two grants, whatever crashes.
 */
export const storeConsent = async (
  ports: StoringPorts,
  toStore: ToStore,
): Promise<{ grant: Grant } | ConsentRefusal> => {
  for (let attempt = 0; attempt < tries; attempt++) {
    const current = await ports.grants.read(toStore.invitation.partner)
    // Read after the grant: a revocation that comes later moves the grant's row, and this write fails.
    const revocation = (await ports.revocations.read(toStore.invitation.partner))?.value
    const refusal = await refusalNow(ports, toStore, { current: current?.value, revocation })
    if (refusal) return refusal
    if (current) await useUp(ports, current.value.invitation)
    const grant = await storeGeneration(ports, toStore, { current, revocation })
    if (grant !== 'changed') return finish(ports, toStore, grant)
  }
  return { kind: 'superseded' }
}

/**
 * Whether the invitation has made a grant already, or was ended during the sign-in. It is read
 * after the grant: whoever replaced a grant of this invitation has marked it as used before.
 */
const refusalNow = async (
  { invitations, now }: StoringPorts,
  { invitation: { id, createdAt } }: ToStore,
  { current, revocation }: { current: Grant | undefined; revocation: Revocation | undefined },
): Promise<ConsentRefusal | undefined> => {
  if (isEndedBy(revocation, createdAt)) return { kind: 'revoked' }
  if (current?.invitation === id) return { kind: 'invitation_used' }
  const stored = await invitations.read(id)
  return stored ? closedAs(stored.value, now()) : { kind: 'invitation_unknown' }
}

// A revocation may have come since it was looked for: either it saw this grant, or this sees it.
const finish = async (
  ports: StoringPorts,
  { invitation }: ToStore,
  { value: grant, etag }: Stored<Grant>,
): Promise<{ grant: Grant } | ConsentRefusal> => {
  // The consent stands whatever becomes of this: the row names the invitation too.
  await useUp(ports, invitation.id).catch(() => undefined)
  const revocation = (await ports.revocations.read(grant.partner))?.value
  if (!revocation || !isEndedBy(revocation, invitation.createdAt)) return { grant }
  const { at: revokedAt, revokedBy } = revocation
  // With whatever its outbox held: that may not have been sent, and is the same event if it was.
  const revoked = asRevoked(grant, { at: revokedAt, revokedBy })
  await ports.grants.replace(revoked, etag)
  await ports.sealedTokens.remove(secretNameOf(grant))
  return { kind: 'revoked' }
}

const storeGeneration = async (
  ports: StoringPorts,
  toStore: ToStore,
  {
    current,
    revocation,
  }: { current: Stored<Grant> | undefined; revocation: Revocation | undefined },
): Promise<Stored<Grant> | 'changed'> => {
  const { partner } = toStore.invitation
  const generation = Math.max(current?.value.generation ?? 0, revocation?.generation ?? 0) + 1
  const context = { app: ports.app, partner, generation }
  const { sealed, kid } = await ports.seal(toStore.proven.refreshToken, context)
  const secretVersion = await ports.sealedTokens.write(secretNameOf(context), sealed)
  const facts = {
    ...context,
    consentedAt: ports.now(),
    sealed: sealedVersion({ secretVersion, kid }, toStore.proven),
  }
  const grant = consented(grantOf(toStore, facts), current?.value)
  const written = current
    ? await ports.grants.replace(grant, current.etag)
    : await ports.grants.add(grant)
  return written === 'changed' ? 'changed' : { value: grant, etag: written.etag }
}

const grantOf = (
  { attempt, invitation, consentedBy }: ToStore,
  facts: Pick<Grant, 'app' | 'partner' | 'generation' | 'consentedAt' | 'sealed'>,
): Grant => ({
  v: 1,
  ...facts,
  status: 'active',
  consentedBy,
  audiences: invitation.audiences,
  endsAt: facts.consentedAt + invitation.consentTermDays * dayMs,
  invitation: invitation.id,
  attempt: attempt.id,
  begunAt: invitation.createdAt,
  ...(invitation.displayName !== undefined && { displayName: invitation.displayName }),
  ...(invitation.contact !== undefined && { contact: invitation.contact }),
  ...(invitation.language !== undefined && { language: invitation.language }),
})

/** Marks an invitation as used; the one behind an older grant too, should a crash have left it open. */
const useUp = async ({ invitations }: StoringPorts, id: string): Promise<void> => {
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored = await invitations.read(id)
    if (stored?.value.status !== 'open') return
    const written = await invitations.replace({ ...stored.value, status: 'used' }, stored.etag)
    if (written !== 'changed') return
  }
}
