import type { Attempt } from './attempt.ts'
import type { ConsentRefusal } from './consent-outcome.ts'
import { secretNameOf, type Grant } from './grant.ts'
import type { Invitation } from './invitation.ts'
import { opened } from './open-invitation.ts'
import type { Proven } from './prove-consent.ts'
import type { Rows, Stored } from './rows.ts'
import type { SealedTokens, SealToken } from './sealed-token.ts'

export type StoringPorts = {
  grants: Pick<Rows<Grant>, 'read' | 'add' | 'replace'>
  invitations: Pick<Rows<Invitation>, 'read' | 'replace'>
  sealedTokens: Pick<SealedTokens, 'write'>
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
    const refusal = await refusalNow(ports, toStore, current?.value)
    if (refusal) return refusal
    if (current) await useUp(ports, current.value.invitation)
    const grant = await storeGeneration(ports, toStore, current)
    if (grant !== 'changed') {
      // The consent stands whatever becomes of this: the row names the invitation too.
      await useUp(ports, toStore.invitation.id).catch(() => undefined)
      return { grant }
    }
  }
  return { kind: 'superseded' }
}

/**
 * Whether the invitation has made a grant already, or was cancelled during the sign-in. It is read
 * after the grant: whoever replaced a grant of this invitation has marked it as used before.
 */
const refusalNow = async (
  { invitations, now }: StoringPorts,
  { invitation: { id } }: ToStore,
  current: Grant | undefined,
): Promise<ConsentRefusal | undefined> => {
  if (current?.invitation === id) return { kind: 'invitation_used' }
  const stored = await invitations.read(id)
  if (!stored) return { kind: 'invitation_unknown' }
  const invitation = opened(stored.value, now())
  return 'kind' in invitation ? invitation : undefined
}

const storeGeneration = async (
  ports: StoringPorts,
  toStore: ToStore,
  current: Stored<Grant> | undefined,
): Promise<Grant | 'changed'> => {
  const { partner } = toStore.invitation
  const generation = (current?.value.generation ?? 0) + 1
  const context = { app: ports.app, partner, generation }
  const { sealed, kid } = await ports.seal(toStore.proven.refreshToken, context)
  const secretVersion = await ports.sealedTokens.write(secretNameOf(context), sealed)
  const grant = grantOf(toStore, {
    ...context,
    consentedAt: ports.now(),
    sealed: { secretVersion, kid, sealedAt: toStore.proven.at },
  })
  const written = current
    ? await ports.grants.replace(grant, current.etag)
    : await ports.grants.add(grant)
  return written === 'changed' ? 'changed' : grant
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
