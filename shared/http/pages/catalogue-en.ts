import { approval } from './catalogue/en/approval.ts'
import { audiences } from './catalogue/en/audiences.ts'
import { invitation } from './catalogue/en/invitation.ts'
import { microsoftErrors } from './catalogue/en/microsoft-errors.ts'
import { consented, error, home } from './catalogue/en/pages.ts'
import { partner } from './catalogue/en/partner.ts'
import { partnerNotices } from './catalogue/en/partner-notices.ts'
import { partnerSignIn } from './catalogue/en/partner-sign-in.ts'
import { partnerStatus } from './catalogue/en/partner-status.ts'
import { receipt } from './catalogue/en/receipt.ts'
import { checkRefusals } from './catalogue/en/refusals-check.ts'
import { signInRefusals } from './catalogue/en/refusals-sign-in.ts'
import { withdraw } from './catalogue/en/withdraw.ts'
import type { RefusalWords } from './outcome-view.ts'

// A kind of refusal without its words does not compile.
const refusals: RefusalWords = { ...signInRefusals, ...checkRefusals }

/** The English wording, which sets the keys of every other language. */
export const en = {
  language: 'en',
  locale: 'en-GB',
  frame: {
    skip: 'Skip to the content',
    service: 'Partner consent service',
    runBy: 'This service is run by',
    contact: 'Contact',
    about: 'About this service',
  },
  labels: {
    operator: 'Legal name',
    contact: 'Contact',
    appName: 'Application',
    appId: 'Application (client) ID',
    tenantName: 'Your organisation',
    tenant: 'Your tenant ID',
    next: 'What to do now',
    who: 'Who must act',
    retry: 'Try again',
    support: 'For support',
    correlationId: 'Correlation ID',
    microsoftSays: (code: string) => `About Microsoft’s code ${code}:`,
  },
  details: {
    invitedTenant: 'Expected tenant',
    usedTenant: 'Tenant you used',
    homeTenant: 'The account’s own tenant',
    audience: 'Microsoft service',
    errorCode: 'Microsoft’s code',
    signedInAccount: 'Account that signed in',
    tokenAccount: 'Account the token belongs to',
  },
  home,
  invitation,
  audiences,
  consented,
  refusals,
  microsoftErrors,
  approval,
  partnerSignIn,
  partner,
  partnerStatus,
  partnerNotices,
  withdraw,
  receipt,
  error,
}
