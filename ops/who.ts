import * as z from 'zod'
import { printable } from './text.ts'

const claimsSchema = z.looseObject({
  tid: z.string().optional(),
  oid: z.string().optional(),
  appid: z.string().optional(),
  azp: z.string().optional(),
  scp: z.string().optional(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  upn: z.string().optional(),
  unique_name: z.string().optional(),
  roles: z.array(z.string()).optional(),
})

/** Who a token says it is, for a person to read: nothing is decided on it. */
export const whoIs = (token: string): string => {
  const claims = claimsOf(token)
  if (!claims) return 'someone whose token cannot be read'
  const person = claims.preferred_username ?? claims.upn ?? claims.unique_name ?? claims.name
  // Only a person's token has delegated permissions.
  const who =
    claims.scp !== undefined
      ? `the person ${person ?? claims.oid ?? 'unnamed'}`
      : `the application ${claims.azp ?? claims.appid ?? claims.name ?? 'unnamed'}`
  const roles = claims.roles?.join(', ') ?? 'none'
  return printable(`${who} of tenant ${claims.tid ?? 'unknown'}, app roles ${roles}`)
}

/** The app roles in a token. */
export const rolesIn = (token: string): string[] => claimsOf(token)?.roles ?? []

const claimsOf = (token: string) => {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
    return claimsSchema.parse(JSON.parse(payload))
  } catch {
    return undefined
  }
}
