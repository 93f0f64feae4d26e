import type { Audit } from '../audit.ts'
import { revoke, type RevokingPorts } from '../revoke.ts'
import type { Rows } from '../rows.ts'
import type { TokensAlive } from '../tokens-alive.ts'
import type { OnPartner } from './on-partner.ts'
import type { PartnerFacts } from './partner-facts.ts'
import type { PartnerRefusal, WithdrawalForm, Withdrawn } from './partner-relay.ts'
import { formVisit, type PartnerVisit, type VisitingPorts } from './partner-visit.ts'
import { isEndedByOperator } from './renewal-origin.ts'
import type { Session } from './session.ts'

export type WithdrawingPorts = VisitingPorts &
  RevokingPorts & {
    sessions: Pick<Rows<Session>, 'remove'>
    audit: Pick<Audit, 'commit'>
    tokensAlive: (partner: string) => Promise<Pick<TokensAlive, 'until'>>
    shown: Pick<PartnerFacts, 'app'>
    onPartner: OnPartner
  }

/** Withdraws a consent by the partner itself, who typed its tenant id. It ends the session. */
export const withdraw = async (
  ports: WithdrawingPorts,
  { confirmation, correlationId, ...form }: WithdrawalForm,
): Promise<Withdrawn | PartnerRefusal> => {
  const visit = await formVisit(ports, form)
  if ('kind' in visit) return visit
  const { partner, objectId } = visit.session
  if (confirmation.trim().toLowerCase() !== partner) return { kind: 'confirmation_wrong' }
  const { revokedAt, isFinished, generation } = await end(ports, visit)
  // Without a record the answer is a failure, and the session lives, so that she can try again.
  await ports.audit.commit({
    kind: 'management',
    outcome: 'done',
    action: 'partner/withdraw',
    target: partner,
    partner,
    generation,
    correlationId,
    callerTenant: partner,
    callerId: ports.shown.app.clientId,
    personId: objectId,
  })
  ports.onPartner('partner_withdrew', { partner, person: objectId, correlationId })
  await ports.sessions.remove(visit.session.id).catch(() => 'changed')
  const { until } = await ports.tokensAlive(partner)
  const { app } = ports.shown
  return { kind: 'withdrawn', partner, revokedAt, tokensAliveUntil: until, isFinished, app }
}

// What an operator ended stays as he put it, reason and name included.
const end = async (ports: WithdrawingPorts, { session, grant, revocation }: PartnerVisit) => {
  if (isEndedByOperator(grant, revocation)) {
    const revokedAt = revocation?.at ?? grant.revokedAt ?? ports.now()
    return { generation: grant.generation, revokedAt, isFinished: grant.status === 'revoked' }
  }
  const { partner, objectId: by } = session
  const reason = 'withdrawn by the partner'
  return revoke(ports, { partner, by, reason, revokedBy: 'partner' })
}
