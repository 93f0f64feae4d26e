import * as z from 'zod'
import type { Change } from './difference.ts'

const schema = z.looseObject({
  principalId: z.string(),
  principalDisplayName: z.string().nullish(),
  appRoleId: z.string(),
})

/** Who holds an app role, as Graph has it. */
export type RoleAssignment = z.output<typeof schema>

export const readRoleAssignments = (items: unknown[]): RoleAssignment[] =>
  z.array(schema).parse(items)

/** Who is to hold which role of the broker's API. */
export type WantedRole = { role: string; principalId: string; who: string; why: string }

export type RoleDifference = { missing: WantedRole[]; changes: Change[]; left: string[] }

type Asked = {
  on: string
  is: readonly RoleAssignment[]
  should: readonly WantedRole[]
  /** Ids of the roles by their values; empty for a registration that is not there yet. */
  roleIds: Readonly<Record<string, string>>
}

/** Which roles are to be given; who holds one that is not named here keeps it, and is said. */
export const rolesDifference = ({ on, is, should, roleIds }: Asked): RoleDifference => {
  const holds = (wanted: WantedRole, one: RoleAssignment) =>
    one.principalId === wanted.principalId && one.appRoleId === roleIds[wanted.role]
  const missing = should.filter((wanted) => !is.some((one) => holds(wanted, one)))
  const names = new Map(Object.entries(roleIds).map(([name, id]) => [id, name]))
  return {
    missing,
    changes: missing.map(({ role, who, why }) => ({
      on,
      what: `app role ${role} for ${who}`,
      why,
    })),
    left: is
      .filter((one) => !should.some((wanted) => holds(wanted, one)))
      .map((one) => held(on, one, names.get(one.appRoleId))),
  }
}

const held = (on: string, one: RoleAssignment, role = 'no role'): string => {
  const who = `${one.principalDisplayName ?? 'unnamed'} (${one.principalId})`
  const only = role === 'Consent.Relay' ? '. Only the onboarding app may: take it away' : ''
  return `${on}: ${role} is held by ${who}${only}`
}
