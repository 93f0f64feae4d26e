import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Directory } from '../directory.ts'
import type { VaultAccess } from '../vault/access.ts'
import { identityOf } from './identity-of.ts'

const app = z.enum(['onboarding', 'broker'])

const accessList = z.object({
  roles: z.array(z.object({ name: z.string(), dataActions: z.array(z.string()).optional() })),
  assignments: z.array(
    z.object({ who: app, role: z.string(), on: z.string(), when: z.string().optional() }),
  ),
})

const accessFile = join(import.meta.dirname, '..', '..', 'infra', 'access.json')

/**
 * Who may do what in the vault: what the deployment grants (infra/access.json), so that a role which is
 * too narrow fails here and not in Azure. The local vault does not tell one key from another.
 */
export const vaultAccess = (directory: Pick<Directory, 'identities'>): VaultAccess[] => {
  const { roles, assignments } = accessList.parse(JSON.parse(readFileSync(accessFile, 'utf8')))
  const always = assignments.filter(({ when }) => when === undefined)
  const dataActionsOf = (name: z.output<typeof app>) =>
    always
      .filter(({ who, on }) => who === name && ['vault', 'sealKey'].includes(on))
      .flatMap(({ role }) => roles.find((one) => one.name === role)?.dataActions ?? [])
  return app.options.map((name) => ({
    principalId: identityOf(directory, name).principalId,
    name,
    actions: dataActionsOf(name),
  }))
}
