import { jwtVerify } from 'jose'
import * as z from 'zod'
import type { Person } from '../../broker/sign-in.ts'
import { jwtProblem } from './jwt-problem.ts'
import type { TenantKeys } from './tenant-keys.ts'

export type VerifyIdToken = (
  token: string,
  expected: { tenant: string; nonce: string },
) => Promise<{ person: Person } | { idToken: string }>

const claims = z.object({
  tid: z.guid().toLowerCase(),
  oid: z.guid().toLowerCase(),
  nonce: z.string(),
  name: z.string().optional().catch(undefined),
  wids: z.array(z.string()).catch([]),
})

// OpenID Connect Core 3.1.3.7 allows a small leeway for clocks.
const clockToleranceSeconds = 60

/** Verifies an ID token (OpenID Connect Core 3.1.3.7): MSAL decodes it and checks none of this. */
export const verifyIdToken =
  (app: { authorityHost: string; clientId: string }, keys: TenantKeys): VerifyIdToken =>
  async (token, { tenant, nonce }) => {
    try {
      const { payload } = await jwtVerify(token, keys(tenant), {
        algorithms: ['RS256'],
        issuer: `${app.authorityHost}/${tenant}/v2.0`,
        audience: app.clientId,
        requiredClaims: ['exp', 'iat', 'tid', 'oid', 'nonce'],
        clockTolerance: clockToleranceSeconds,
      })
      const parsed = claims.safeParse(payload)
      if (!parsed.success) return { idToken: String(parsed.error.issues[0]?.path[0] ?? 'claims') }
      if (parsed.data.nonce !== nonce) return { idToken: 'nonce' }
      if (parsed.data.tid !== tenant) return { idToken: 'tid' }
      return { person: personOf(parsed.data) }
    } catch (thrown) {
      const problem = jwtProblem(thrown)
      if (problem === undefined) throw thrown
      return { idToken: problem }
    }
  }

const personOf = ({ tid, oid, name, wids }: z.output<typeof claims>): Person => ({
  tenant: tid,
  objectId: oid,
  roles: wids,
  ...(name !== undefined && { name }),
})
