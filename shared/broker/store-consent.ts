import type { Attempt } from './attempt.ts'
import { takenOver, type ConsentOrigin } from './consent-origin.ts'
import type { ConsentRefusal } from './consent-outcome.ts'
import { secretNameOf, type Grant } from './grant.ts'
import { sealedVersion } from './keep-rotated.ts'
import type { Invitation } from './invitation.ts'
import type { Proven } from './prove-consent.ts'
import type { Revocation } from './revocation.ts'
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
  origin: ConsentOrigin
  consentedBy: string
  proven: Proven
}

/** What was read before the new generation is written. */
type Before = { current: Stored<Grant> | undefined; revocation: Stored<Revocation> | undefined }

// Each lost race is another consent of the same partner: more than a few are no accident.
const tries = 3

/**
 * Stores a proven consent as the next generation: the secret first, then the row by ETag. The row
 * names invitation and attempt, so that neither makes two grants, whatever crashes.
 */
export const storeConsent = async (
  ports: StoringPorts,
  toStore: ToStore,
): Promise<{ grant: Grant } | ConsentRefusal> => {
  const { origin } = toStore
  for (let attempt = 0; attempt < tries; attempt++) {
    const current = await ports.grants.read(origin.partner)
    // Read after the grant: a revocation that comes later moves the grant's row, and this write fails.
    const revocation = await ports.revocations.read(origin.partner)
    const refusal = await origin.refusalNow({ grant: current?.value, revocation })
    if (refusal) return refusal
    if (current) await useUp(ports, current.value.invitation)
    const grant = await storeGeneration(ports, toStore, { current, revocation })
    if (grant !== 'changed') return finish(ports, origin, grant)
  }
  return { kind: 'superseded' }
}

// A revocation may have come since it was looked for: either it saw this grant, or this sees it.
const finish = async (
  ports: StoringPorts,
  origin: ConsentOrigin,
  { value: grant, etag }: Stored<Grant>,
): Promise<{ grant: Grant } | ConsentRefusal> => {
  // The consent stands whatever becomes of this: the row names the invitation too.
  await useUp(ports, origin.invitation).catch(() => undefined)
  const revocation = await ports.revocations.read(grant.partner)
  if (!revocation || !origin.isEndedBy(revocation)) return { grant }
  await revokeStored(ports, { value: grant, etag }, revocation.value)
  await ports.sealedTokens.remove(secretNameOf(grant))
  return { kind: 'revoked' }
}

// A rotation may have moved the row meanwhile: it must not stay active without its secret.
const revokeStored = async (
  ports: Pick<StoringPorts, 'grants'>,
  { value, etag }: Stored<Grant>,
  revocation: Revocation,
): Promise<void> => {
  const { at, revokedBy } = revocation
  // With whatever its outbox held: that may not have been sent, and is the same event if it was.
  const written = await ports.grants.replace(asRevoked(value, { at, revokedBy }), etag)
  const moved = written === 'changed' ? await ports.grants.read(value.partner) : undefined
  if (moved?.value.generation === value.generation && moved.value.status !== 'revoked') {
    await revokeStored(ports, moved, revocation)
  }
}

const storeGeneration = async (
  ports: StoringPorts,
  toStore: ToStore,
  { current, revocation }: Before,
): Promise<Stored<Grant> | 'changed'> => {
  const { partner } = toStore.origin
  const generation = Math.max(current?.value.generation ?? 0, revocation?.value.generation ?? 0) + 1
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
  { attempt, origin, consentedBy }: ToStore,
  facts: Pick<Grant, 'app' | 'partner' | 'generation' | 'consentedAt' | 'sealed'>,
): Grant => ({
  v: 1,
  ...takenOver(origin),
  ...facts,
  status: 'active',
  consentedBy,
  endsAt: facts.consentedAt + origin.termMs,
  invitation: origin.invitation,
  attempt: attempt.id,
  begunAt: origin.begunAt,
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
