import type { Command } from './command.ts'
import { auditPurge } from './commands/audit-purge.ts'
import { audit } from './commands/audit.ts'
import { events, eventsReplay } from './commands/events.ts'
import { explain } from './commands/explain.ts'
import { invitations, invitationsCancel, invitationsGet } from './commands/invitations.ts'
import { invite } from './commands/invite.ts'
import { lockdownLift, lockdownList, lockdownSet } from './commands/lockdown.ts'
import { partners } from './commands/partners.ts'
import { permissionsDelete, permissionsPut } from './commands/permissions-put.ts'
import { permissions, permissionsGet } from './commands/permissions.ts'
import { reinvite } from './commands/reinvite.ts'
import { report } from './commands/report.ts'
import { revoke } from './commands/revoke.ts'
import { rotate } from './commands/rotate.ts'
import { whoami } from './commands/whoami.ts'

/** Every command, by the one or two words that name it. */
export const commands: Readonly<Record<string, Command>> = {
  whoami,
  invite,
  invitations,
  'invitations list': invitations,
  'invitations get': invitationsGet,
  'invitations cancel': invitationsCancel,
  partners,
  report,
  revoke,
  rotate,
  reinvite,
  permissions,
  'permissions list': permissions,
  'permissions get': permissionsGet,
  'permissions put': permissionsPut,
  'permissions delete': permissionsDelete,
  explain,
  'lockdown set': lockdownSet,
  'lockdown list': lockdownList,
  'lockdown lift': lockdownLift,
  events,
  'events replay': eventsReplay,
  audit,
  'audit purge': auditPurge,
}
