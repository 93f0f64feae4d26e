import { beginAttempt, type BeginningPorts, type StartedSignIn } from '../begin-attempt.ts'
import { consentScopes } from '../start-sign-in.ts'
import type { OnPartner } from './on-partner.ts'
import type { PartnerForm, PartnerRefusal } from './partner-relay.ts'
import { formVisit, type VisitingPorts } from './partner-visit.ts'
import { isEndedByOperator } from './renewal-origin.ts'

export type StartingRenewalPorts = BeginningPorts & VisitingPorts & { onPartner: OnPartner }

/** Starts the sign-in that renews a consent: the same audiences, at the same tenant. */
export const startRenewal = async (
  ports: StartingRenewalPorts,
  form: PartnerForm,
): Promise<({ kind: 'started' } & StartedSignIn) | PartnerRefusal> => {
  const visit = await formVisit(ports, form)
  if ('kind' in visit) return visit
  const { grant, revocation, revocationTag: seenRevocation, session } = visit
  if (isEndedByOperator(grant, revocation)) return { kind: 'not_renewable' }
  const { partner } = grant
  const started = await beginAttempt(ports, {
    kind: 'renewal',
    partner,
    invitation: '',
    scopes: consentScopes(grant.audiences),
    // After her own withdrawal, even where the clock of the instance that withdrew is ahead.
    startedAt: Math.max(ports.now(), revocation === undefined ? 0 : revocation.at + 1),
    ...(seenRevocation !== undefined && { seenRevocation }),
  })
  ports.onPartner('renewal_started', { partner, person: session.objectId })
  return { kind: 'started', ...started }
}
