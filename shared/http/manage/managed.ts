import type { HttpRequest } from '@azure/functions'
import type { Audit, NewRecord } from '../../broker/audit.ts'
import { asBrokerError, BrokerError } from '../../broker/broker-error.ts'
import type { Operator } from '../../broker/operator.ts'
import type { Answer } from '../correlation.ts'
import { brokerProblem } from '../problem.ts'
import { requireAnyRole, visited, type Desk, type Role, type Visit } from './desk.ts'

export type ManagementDesk = Desk & {
  /** Authentication context that a person's token must hold, such as `c1`. */
  authContext?: string
  audit: Audit
  /** The public address, for links. */
  brokerUrl: string
  now: () => number
}

/** Runs what only looks. It leaves no record. */
export const reading = (
  desk: ManagementDesk,
  request: HttpRequest,
  run: (visit: Visit) => Promise<Answer>,
): Promise<Answer> =>
  visited(desk, request, (visit) => {
    requireOperator(desk, visit, ['Broker.Manage', 'Broker.Read'])
    return run(visit)
  })

/** What a change was about, for the record, as far as it is known yet. */
export type Facts = Pick<NewRecord, 'target' | 'partner'>

export type Change = {
  /** Method and route. */
  action: string
  about?: Facts
  /** `note` adds to what is put on record. */
  run: (visit: Visit, note: (facts: Facts) => void) => Promise<Answer>
}

/**
 * Runs a change. It is on record whatever became of it; the answer to one that was made leaves only
 * when its record is durable.
 */
export const changing = (desk: ManagementDesk, request: HttpRequest, change: Change) =>
  visited(desk, request, async (visit) => {
    const facts: Facts = { ...change.about }
    const outcome = await attempted(desk, visit, {
      ...change,
      note: (more) => Object.assign(facts, more),
    })
    const record = { ...recordOf(visit, change.action), ...facts }
    if (outcome instanceof BrokerError) {
      const { code, detail, message } = outcome
      desk.audit.offer({ ...record, outcome: 'refused', code, reason: detail.reason ?? message })
      return brokerProblem(outcome, visit.correlation)
    }
    if ((outcome.status ?? 200) >= 400) {
      desk.audit.offer({ ...record, outcome: 'refused', reason: `status_${outcome.status}` })
      return outcome
    }
    await desk.audit.commit({ ...record, outcome: 'done' })
    return outcome
  })

type Attempt = Pick<Change, 'run'> & { note: (facts: Facts) => void }

const attempted = async (
  desk: ManagementDesk,
  visit: Visit,
  { run, note }: Attempt,
): Promise<Answer | BrokerError> => {
  try {
    requireOperator(desk, visit, ['Broker.Manage'])
    return await run(visit, note)
  } catch (thrown) {
    return asBrokerError(thrown)
  }
}

const recordOf = ({ operator, address, correlation }: Visit, action: string) => ({
  kind: 'management' as const,
  correlationId: correlation.correlationId,
  callerTenant: operator.tenant,
  callerId: operator.clientId,
  action,
  ...(operator.person && { personId: operator.person.id }),
  ...(address !== undefined && { address }),
})

const requireOperator = (
  { authContext }: ManagementDesk,
  { operator }: Visit,
  roles: readonly Role[],
): void => {
  requireAnyRole(operator, roles)
  if (authContext !== undefined && isWithout(authContext, operator)) throw stepUp(authContext)
}

// Applications have no authentication context: their own rule is the network.
const isWithout = (authContext: string, { person }: Operator): boolean =>
  person !== undefined && !person.authContexts.includes(authContext)

const stepUp = (authContext: string) =>
  new BrokerError(
    'not_permitted',
    `managing needs the authentication context ${authContext}: sign in again with the claims of WWW-Authenticate`,
    {
      reason: 'auth_context',
      claims: JSON.stringify({ access_token: { acrs: { essential: true, value: authContext } } }),
    },
  )
