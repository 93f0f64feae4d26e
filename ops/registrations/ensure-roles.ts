import type { Ensured } from './ensure-application.ts'
import { brokerName } from './broker-registration.ts'
import { readRoleAssignments, rolesDifference, type WantedRole } from './role-assignments.ts'
import { tell, type Run } from './run.ts'

type Asked = {
  broker: Ensured
  /** `undefined`: the broker's API is not in this tenant yet. */
  servicePrincipal: string | undefined
  should: readonly WantedRole[]
}

/** Gives roles of the broker's API, and says who else holds one. */
export const ensureRoles = async (run: Run, asked: Asked): Promise<void> => {
  const { broker, servicePrincipal, should } = asked
  const path = `/servicePrincipals/${servicePrincipal}/appRoleAssignedTo`
  const held =
    servicePrincipal === undefined || broker.isNew
      ? []
      : await run.graph.list(path, 'read who holds a role')
  const roleIds = Object.fromEntries(
    broker.application.appRoles.flatMap(({ id, value }) => (value ? [[value, id]] : [])),
  )
  const is = readRoleAssignments(held)
  const { missing, ...told } = rolesDifference({ on: brokerName, is, should, roleIds })
  tell(run, told)
  if (run.isWhatIf) return
  for (const { role, principalId, who } of missing) {
    // One after the other, so that a refusal names the one that it meant.
    await run.graph.write({
      method: 'POST',
      path,
      body: { principalId, resourceId: servicePrincipal, appRoleId: roleIds[role] },
      isFresh: broker.isFresh,
      to: `give the app role ${role} to ${who}`,
    })
  }
}
