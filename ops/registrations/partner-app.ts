import type { Application } from './application.ts'
import { missingFrom, together, valueDifference, type Difference } from './difference.ts'
import type { AskedResource } from './delegated-permissions.ts'
import { permissionsDifference } from './required-access.ts'

export type PartnerApp = {
  /** A direct CSP that is its own and only partner. */
  isSingleTenant: boolean
  /** Public address of the onboarding app, once it is known. */
  onboardingUrl: string | undefined
  resources: readonly AskedResource[]
}

/** How changes of it are headed. */
export const appName = 'the application that partners consent to'

/** What the application that partners consent to lacks. */
export const partnerAppDifference = (is: Application, should: PartnerApp): Difference =>
  together(
    valueDifference({
      on: appName,
      member: 'signInAudience',
      is: is.signInAudience,
      should: should.isSingleTenant ? 'AzureADMyOrg' : 'AzureADMultipleOrgs',
      why: should.isSingleTenant
        ? 'only people of this tenant consent'
        : 'administrators of partner tenants consent; no personal accounts',
    }),
    valueDifference({
      on: appName,
      member: 'groupMembershipClaims',
      is: is.groupMembershipClaims,
      should: 'DirectoryRole',
      why: "the ID token's wids tell a partner's administrator",
    }),
    is.isFallbackPublicClient === true
      ? valueDifference({
          on: appName,
          member: 'isFallbackPublicClient',
          is: true,
          should: false,
          why: 'nobody may ask for its tokens without proving to be it',
        })
      : {},
    web(is, should.onboardingUrl),
    permissionsDifference({ on: appName, is: is.requiredResourceAccess, should: should.resources }),
    { left: strange(is) },
  )

// Entra compares them byte by byte with what the sign-in names.
const redirectsOf = (onboardingUrl: string | undefined): string[] =>
  onboardingUrl === undefined
    ? []
    : [`${onboardingUrl}/consent/callback`, `${onboardingUrl}/consent/approved`]

const web = ({ web: old }: Application, onboardingUrl: string | undefined): Partial<Difference> => {
  const wanted = redirectsOf(onboardingUrl)
  const missing = missingFrom(old.redirectUris, wanted)
  const grants = Object.entries(old.implicitGrantSettings).filter(([, isOn]) => isOn === true)
  const strangers = onboardingUrl === undefined ? [] : missingFrom(wanted, old.redirectUris)
  // Graph keeps the redirect addresses in a second member too, which would contradict.
  const { redirectUriSettings: _, ...kept } = old
  const next = {
    ...kept,
    redirectUris: [...old.redirectUris, ...missing],
    implicitGrantSettings: { enableIdTokenIssuance: false, enableAccessTokenIssuance: false },
  }
  return {
    ...(missing.length + grants.length > 0 && { main: { web: next } }),
    changes: [
      ...missing.map((uri) => ({
        on: appName,
        what: `Web redirect address ${uri}`,
        why: 'where Microsoft sends the administrator back; Web, since a SPA token lives for a day',
      })),
      ...grants.map(([grant]) => ({
        on: appName,
        what: `${grant} becomes false`,
        why: 'no token may travel in an address (implicit and hybrid grants)',
      })),
    ],
    left: strangers.map(
      (uri) => `${appName}: Web redirect address ${uri}; codes may be sent there`,
    ),
  }
}

const strange = (is: Application): string[] => [
  ...[...is.spa.redirectUris, ...is.publicClient.redirectUris].map(
    (uri) => `${appName}: redirect address ${uri}, not of the kind Web: remove it`,
  ),
  ...is.passwordCredentials.map(
    ({ displayName }) =>
      `${appName}: a client secret (${displayName ?? 'unnamed'}): who knows it can be the application. Remove it, unless APP_CREDENTIAL is secret`,
  ),
  ...is.keyCredentials.map(
    ({ displayName }) =>
      `${appName}: a certificate (${displayName ?? 'unnamed'}): who holds its key can be the application. Remove it, unless APP_CREDENTIAL is certificate`,
  ),
]
