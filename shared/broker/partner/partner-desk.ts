import { beginAttempt } from '../begin-attempt.ts'
import type { Rows } from '../rows.ts'
import { formVisit } from './partner-visit.ts'
import type { PartnerRelay } from './partner-relay.ts'
import { seePartner, type SeeingPorts } from './see-partner.ts'
import type { Session } from './session.ts'
import { startRenewal, type StartingRenewalPorts } from './start-renewal.ts'
import { withdraw, type WithdrawingPorts } from './withdraw.ts'

export type PartnerPorts = SeeingPorts &
  StartingRenewalPorts &
  WithdrawingPorts & { sessions: Pick<Rows<Session>, 'read' | 'remove'> }

/** The broker's side of a partner's own pages. */
export const partnerDesk = (ports: PartnerPorts): PartnerRelay => ({
  // For any tenant: what is here is told only to who has signed in there.
  partnerSignIn: async ({ partner }) => ({
    kind: 'started',
    ...(await beginAttempt(ports, { kind: 'partner', partner, invitation: '', scopes: [] })),
  }),
  partner: ({ session }) => seePartner(ports, session),
  renew: (form) => startRenewal(ports, form),
  withdraw: (form) => withdraw(ports, form),
  signOut: (form) => signOut(ports, form),
})

const signOut = async (
  ports: PartnerPorts,
  form: Parameters<PartnerRelay['signOut']>[0],
): ReturnType<PartnerRelay['signOut']> => {
  const visit = await formVisit(ports, form)
  if ('kind' in visit) return visit
  const { id, partner, objectId } = visit.session
  await ports.sessions.remove(id)
  ports.onPartner('partner_signed_out', { partner, person: objectId })
  return { kind: 'signed_out' }
}
