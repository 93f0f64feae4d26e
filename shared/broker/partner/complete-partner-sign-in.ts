import type { ConsentRefusal, SignedInToPages } from '../consent-outcome.ts'
import type { Grant } from '../grant.ts'
import type { Rows } from '../rows.ts'
import type { FinishSignIn } from '../sign-in.ts'
import { signedInAtHome, type Redeeming } from '../signed-in.ts'
import { isAdmin, mayManage } from './partner-person.ts'
import { openSession, type Session } from './session.ts'

export type SigningInToPagesPorts = {
  grants: Pick<Rows<Grant>, 'read'>
  sessions: Pick<Rows<Session>, 'add'>
  finishSignIn: FinishSignIn
  /** Template ids of further roles that may act for their tenant, lower case. */
  adminRoles: readonly string[]
  now: () => number
}

/** Takes a sign-in to a partner's own pages from its code to a session. */
export const completePartnerSignIn = async (
  ports: SigningInToPagesPorts,
  redeeming: Redeeming,
): Promise<SignedInToPages | ConsentRefusal> => {
  const { partner } = redeeming.attempt
  const signedIn = await signedInAtHome(ports, redeeming, [])
  if ('kind' in signedIn) return signedIn
  const { objectId, name, roles } = signedIn.person
  const who = { objectId, isAdmin: isAdmin({ roles }, ports.adminRoles) }
  // Read after the sign-in, whoever asks: a missing grant answers as late as another person's.
  const grant = (await ports.grants.read(partner))?.value
  if (!mayManage(who, grant)) return { kind: 'not_yours' }
  const session = await openSession(ports, {
    partner,
    ...who,
    ...(name !== undefined && { name }),
  })
  return { kind: 'signed_in', session }
}
