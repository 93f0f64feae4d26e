import type { Grant } from '../grant.ts'
import type { Revocation } from '../revocation.ts'
import type { Rows } from '../rows.ts'
import { mayManage } from './partner-person.ts'
import type { PartnerForm, PartnerRefusal, SignedOut } from './partner-relay.ts'
import { findSession, isFormOf, type Session } from './session.ts'

export type VisitingPorts = {
  sessions: Pick<Rows<Session>, 'read'>
  grants: Pick<Rows<Grant>, 'read'>
  revocations: Pick<Rows<Revocation>, 'read'>
  now: () => number
}

/** A session that still may, and what stands now. */
export type PartnerVisit = {
  session: Session
  grant: Grant
  revocation: Revocation | undefined
  /** The ETag of that revocation. */
  revocationTag: string | undefined
}

/** Looks up a session; whoever may no longer manage the grant, since another consented, is out. */
export const visitOf = async (
  ports: VisitingPorts,
  secret: string,
): Promise<PartnerVisit | SignedOut> => {
  const session = await findSession(ports, secret)
  if (!session) return { kind: 'signed_out' }
  const grant = (await ports.grants.read(session.partner))?.value
  const revocation = await ports.revocations.read(session.partner)
  if (!grant || !mayManage(session, grant)) return { kind: 'signed_out' }
  return { session, grant, revocation: revocation?.value, revocationTag: revocation?.etag }
}

/** The same for a form, which must come from a page of that session. */
export const formVisit = async (
  ports: VisitingPorts,
  { session, csrf }: PartnerForm,
): Promise<PartnerVisit | PartnerRefusal> => {
  const visit = await visitOf(ports, session)
  if ('kind' in visit) return visit
  return isFormOf(session, csrf) ? visit : { kind: 'form_expired' }
}
