import * as z from 'zod'
import { Failure } from '../failure.ts'

const texts = z.array(z.string()).default([])
const redirects = z.looseObject({ redirectUris: texts }).default({ redirectUris: [] })

const grantsSchema = z
  .looseObject({
    enableIdTokenIssuance: z.boolean().default(false),
    enableAccessTokenIssuance: z.boolean().default(false),
  })
  .default({ enableIdTokenIssuance: false, enableAccessTokenIssuance: false })

const roleSchema = z.looseObject({
  id: z.string(),
  value: z.string().nullish(),
  isEnabled: z.boolean(),
  allowedMemberTypes: z.array(z.string()),
})

const scopeSchema = z.looseObject({
  id: z.string(),
  value: z.string().nullish(),
  isEnabled: z.boolean(),
  type: z.string().nullish(),
})

const accessSchema = z.looseObject({
  resourceAppId: z.string(),
  resourceAccess: z.array(z.looseObject({ id: z.string(), type: z.string() })),
})

const preAuthorizedSchema = z.looseObject({ appId: z.string(), delegatedPermissionIds: texts })

const apiSchema = z.looseObject({
  requestedAccessTokenVersion: z.number().nullish(),
  oauth2PermissionScopes: z.array(scopeSchema).default([]),
  preAuthorizedApplications: z.array(preAuthorizedSchema).default([]),
})

const claimSchema = z.looseObject({ name: z.string() })
const claimsSchema = z.looseObject({ accessToken: z.array(claimSchema).default([]) })
const credentialSchema = z.looseObject({ displayName: z.string().nullish() })

// Nothing is stripped: what is not named here is written back as it was.
const schema = z.looseObject({
  id: z.string(),
  appId: z.string(),
  displayName: z.string(),
  signInAudience: z.string(),
  groupMembershipClaims: z.string().nullish(),
  isFallbackPublicClient: z.boolean().nullish(),
  identifierUris: texts,
  web: z.looseObject({ redirectUris: texts, implicitGrantSettings: grantsSchema }),
  spa: redirects,
  publicClient: redirects,
  api: apiSchema,
  appRoles: z.array(roleSchema).default([]),
  optionalClaims: claimsSchema.nullish(),
  requiredResourceAccess: z.array(accessSchema).default([]),
  passwordCredentials: z.array(credentialSchema).default([]),
  keyCredentials: z.array(credentialSchema).default([]),
})

/** An application registration, as Graph has it. */
export type Application = z.output<typeof schema>
export type Api = z.output<typeof apiSchema>
export type ResourceAccess = z.output<typeof accessSchema>

/** What is asked of Graph of an application. */
export const applicationMembers = Object.keys(schema.shape).join(',')

export const readApplication = (body: unknown): Application => {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  const at = read.error.issues.map(({ path }) => path.join('.')).join(', ')
  throw new Failure(`Graph's answer is no application that can be read here (${at}).`)
}

/** An application that is not there yet. */
export const newApplication = (displayName: string): Application =>
  readApplication({ id: '', appId: '', displayName, signInAudience: '', web: {}, api: {} })
