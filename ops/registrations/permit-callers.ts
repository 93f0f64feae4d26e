import type { Facts } from './asked-for.ts'
import { wronglyTyped, Failure } from '../failure.ts'
import { applicationMembers, readApplication } from './application.ts'
import { brokerName } from './broker-registration.ts'
import { ensureRoles } from './ensure-roles.ts'
import { ensureServicePrincipal } from './ensure-service-principal.ts'
import { findService } from './principals.ts'
import type { WantedRole } from './role-assignments.ts'
import type { Run } from './run.ts'

/** Gives callers the app role by which they may ask; what they get is for permissions to say. */
export const permitCallers = async (
  run: Run,
  { callers, facts }: { callers: readonly string[]; facts: Facts },
): Promise<void> => {
  const clientId = facts['--broker-client-id']
  if (clientId === undefined) throw wronglyTyped('which broker? Give --broker-client-id')
  const path = `/applications(appId='${clientId}')?$select=${applicationMembers}`
  const body = await run.graph.find(path, `read ${brokerName}`)
  if (body === undefined) throw new Failure(`There is no application ${clientId} in this tenant.`)
  const application = readApplication(body)
  if (!application.appRoles.some(({ value }) => value === 'Token.Issue')) {
    throw new Failure(`${clientId} has no app role Token.Issue: run apply first.`)
  }
  const found = await Promise.all(callers.map((one) => findService(run.graph, one)))
  const should = found.map(({ id, who }): WantedRole => ({
    role: 'Token.Issue',
    principalId: id,
    who,
    why: 'may ask for tokens, as permissions allow',
  }))
  const servicePrincipal = await ensureServicePrincipal(run, {
    on: brokerName,
    clientId,
    isAssignmentRequired: true,
  })
  const broker = { application, isNew: false, isFresh: false }
  await ensureRoles(run, { broker, servicePrincipal, should })
}
