import type { BrokerErrorCode, WhoMustAct } from './broker-error.ts'
import type { EntraMeaning } from './entra-error-codes.ts'

/** Whose affair a failure is. Only `partner` may ever touch the grant. */
export type FailureScope = 'partner' | 'customer' | 'application' | 'transient' | 'request'

export type FailureClass = {
  code: BrokerErrorCode
  scope: FailureScope
  whoMustAct: WhoMustAct
  /** Whether the grant is marked as needing a new consent: a closed list. */
  marksGrant: boolean
  /** What happened, in words for `error_description`. */
  text: string
  suberror?: string
  /** True: nobody has seen this before; the operator is alarmed and the grant left as it is. */
  unknown?: boolean
  /** True: MFA would have made the difference. */
  lacksMfa?: boolean
}

/** Where the redemption was tried: at the partner's own tenant or at a customer's. */
export type RedeemedAt = 'home' | 'customer'

/** Passes by itself; never touches a grant. */
export const transient = (text: string): FailureClass => ({
  code: 'upstream_unavailable',
  scope: 'transient',
  whoMustAct: 'nobody',
  marksGrant: false,
  text,
})

export const throttled: FailureClass = {
  ...transient('Microsoft Entra is throttling'),
  code: 'throttled',
}

const dead: FailureClass = {
  code: 'consent_needed',
  scope: 'partner',
  whoMustAct: 'partner_admin',
  marksGrant: true,
  text: "the partner's consent no longer works: the refresh token expired or was revoked, or the account changed",
}

/** Nobody has seen it before: said as a lost consent, but the grant stays as it is. */
export const unknownGrantError: FailureClass = {
  ...dead,
  marksGrant: false,
  unknown: true,
  text: "Microsoft Entra refused the partner's consent for a reason that the broker does not know",
}

const application: FailureClass = {
  code: 'app_misconfigured',
  scope: 'application',
  whoMustAct: 'operator',
  marksGrant: false,
  text: "Microsoft Entra refused the broker's own application or its credential",
}

const request: FailureClass = {
  ...application,
  code: 'internal',
  scope: 'request',
  text: 'Microsoft Entra refused the request of the broker as wrong',
}

const scope: FailureClass = {
  ...request,
  code: 'request_malformed',
  whoMustAct: 'caller',
  text: 'Microsoft Entra does not know a permission that scope names',
}

const customerBlocked: FailureClass = {
  code: 'customer_blocked',
  scope: 'customer',
  whoMustAct: 'customer_admin',
  marksGrant: false,
  text: "a policy of the customer's tenant refuses the partner's account",
}

const customerNoAccess: FailureClass = {
  ...customerBlocked,
  text: "the partner's account has no access to the customer's tenant (GDAP)",
}

const customerConsent: FailureClass = {
  code: 'customer_consent_needed',
  scope: 'customer',
  whoMustAct: 'operator',
  marksGrant: false,
  suberror: 'customer_consent_required',
  text: "the application is not consented to in the customer's tenant",
}

const always = {
  app: application,
  transient: transient('Microsoft Entra is not available'),
  throttled,
  scope,
  request,
}

/** The class of each meaning, by where it was met. */
export const classes: Record<RedeemedAt, Record<EntraMeaning, FailureClass>> = {
  home: {
    ...always,
    dead,
    mfa: {
      ...dead,
      lacksMfa: true,
      text: "the partner's consent was given without the MFA that is now required",
    },
    blocked: {
      ...dead,
      code: 'blocked_by_policy',
      marksGrant: false,
      text: "a policy of the partner's tenant, such as Conditional Access, refuses the sign-in",
    },
    account_gone: { ...dead, text: 'the account that consented is gone from the partner tenant' },
    no_access: {
      ...dead,
      marksGrant: false,
      text: "Microsoft Entra does not find the partner's tenant, or not the account in it",
    },
    consent: {
      ...dead,
      code: 'audience_not_consented',
      marksGrant: false,
      text: 'the partner has not consented to this audience',
    },
    app_absent: application,
  },
  customer: {
    ...always,
    // A customer's tenant never changes the partner's grant; rotation at home will tell.
    dead: { ...dead, marksGrant: false },
    mfa: { ...customerBlocked, text: "the customer's tenant demands MFA that the consent lacks" },
    blocked: customerBlocked,
    account_gone: customerNoAccess,
    no_access: customerNoAccess,
    consent: customerConsent,
    app_absent: customerConsent,
  },
}
