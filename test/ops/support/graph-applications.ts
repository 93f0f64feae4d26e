import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'

/** An object of the directory. */
export type Stored = { id: string; [member: string]: unknown }

const entitlements = z.array(z.looseObject({ id: z.string(), isEnabled: z.boolean() })).default([])

const schema = z.looseObject({
  appRoles: entitlements,
  api: z
    .looseObject({
      oauth2PermissionScopes: entitlements,
      preAuthorizedApplications: z
        .array(z.object({ appId: z.string(), delegatedPermissionIds: z.array(z.string()) }))
        .default([]),
    })
    .default({ oauth2PermissionScopes: [], preAuthorizedApplications: [] }),
  web: z.looseObject({ redirectUriSettings: z.unknown().optional() }).optional(),
  passwordCredentials: z.undefined({ error: 'a secret is made by addPassword' }).optional(),
  keyCredentials: z.undefined().optional(),
})

/** An application with the members that Graph always gives. */
export const storedApplication = (body: Stored): Stored => ({
  groupMembershipClaims: null,
  isFallbackPublicClient: null,
  identifierUris: [],
  appRoles: [],
  spa: { redirectUris: [] },
  publicClient: { redirectUris: [] },
  requiredResourceAccess: [],
  passwordCredentials: [],
  keyCredentials: [],
  optionalClaims: null,
  ...body,
  api: {
    acceptMappedClaims: null,
    knownClientApplications: [],
    requestedAccessTokenVersion: null,
    oauth2PermissionScopes: [],
    preAuthorizedApplications: [],
    ...(typeof body['api'] === 'object' && body['api']),
  },
  web: {
    homePageUrl: null,
    logoutUrl: null,
    redirectUris: [],
    redirectUriSettings: [],
    implicitGrantSettings: { enableIdTokenIssuance: false, enableAccessTokenIssuance: false },
    ...(typeof body['web'] === 'object' && body['web']),
  },
})

/** Why Graph would not store it; undefined: it would. */
export const applicationRefusal = (is: Stored | undefined, body: object): string | undefined => {
  const written = schema.safeParse(body)
  if (!written.success) return written.error.issues.map(({ message }) => message).join('; ')
  const before = schema.parse({ ...is, passwordCredentials: undefined, keyCredentials: undefined })
  const { appRoles, api, web } = written.data
  if (web?.redirectUriSettings !== undefined)
    return 'redirectUris and redirectUriSettings contradict'
  if ('appRoles' in body && isChangedWhileEnabled(before.appRoles, appRoles)) return whileEnabled
  if (!('api' in body)) return undefined
  const [old, next] = [before.api.oauth2PermissionScopes, api.oauth2PermissionScopes]
  if (isChangedWhileEnabled(old, next)) return whileEnabled
  const known = new Set(old.map(({ id }) => id))
  const named = api.preAuthorizedApplications.flatMap((one) => one.delegatedPermissionIds)
  return named.every((id) => known.has(id))
    ? undefined
    : 'Property api.preAuthorizedApplications.delegatedPermissionIds has a Permission Id that cannot be found in the AppPermissions sets.'
}

const whileEnabled =
  'Permission (scope or role) cannot be deleted or updated unless disabled first.'

type Entitlements = z.output<typeof entitlements>

const isChangedWhileEnabled = (is: Entitlements, next: Entitlements): boolean =>
  is
    .filter(({ isEnabled }) => isEnabled)
    .some((one) => {
      const after = next.find(({ id }) => id === one.id)
      return !after || !isDeepStrictEqual({ ...one, isEnabled: after.isEnabled }, after)
    })
