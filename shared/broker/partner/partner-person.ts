import type { Grant } from '../grant.ts'
import type { Person } from '../sign-in.ts'

/** Template id of the role Global Administrator, which every tenant has. */
export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

/** Whether she administers her tenant: a Global Administrator, or one of the further role ids. */
export const isAdmin = ({ roles }: Pick<Person, 'roles'>, furtherRoles: readonly string[]) =>
  roles
    .map((role) => role.toLowerCase())
    .some((role) => role === globalAdministrator || furtherRoles.includes(role))

/** Whether she may see and renew or withdraw this grant; nobody may where there is none. */
export const mayManage = (
  person: { objectId: string; isAdmin: boolean },
  grant: Pick<Grant, 'consentedBy'> | undefined,
): boolean => grant !== undefined && (person.isAdmin || person.objectId === grant.consentedBy)
