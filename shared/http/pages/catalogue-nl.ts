import { approval } from './catalogue/nl/approval.ts'
import { audiences } from './catalogue/nl/audiences.ts'
import { invitation } from './catalogue/nl/invitation.ts'
import { microsoftErrors } from './catalogue/nl/microsoft-errors.ts'
import { consented, error, home } from './catalogue/nl/pages.ts'
import { partner } from './catalogue/nl/partner.ts'
import { partnerNotices } from './catalogue/nl/partner-notices.ts'
import { partnerSignIn } from './catalogue/nl/partner-sign-in.ts'
import { partnerStatus } from './catalogue/nl/partner-status.ts'
import { receipt } from './catalogue/nl/receipt.ts'
import { checkRefusals } from './catalogue/nl/refusals-check.ts'
import { signInRefusals } from './catalogue/nl/refusals-sign-in.ts'
import { withdraw } from './catalogue/nl/withdraw.ts'
import type { RefusalWords } from './outcome-view.ts'

// A kind of refusal without its words does not compile.
const refusals: RefusalWords = { ...signInRefusals, ...checkRefusals }

/** The Dutch wording. */
export const nl = {
  language: 'nl',
  locale: 'nl-NL',
  frame: {
    skip: 'Naar de inhoud',
    service: 'Toestemmingsdienst voor partners',
    runBy: 'Deze dienst wordt beheerd door',
    contact: 'Contact',
    about: 'Over deze dienst',
  },
  labels: {
    operator: 'Officiële naam',
    contact: 'Contact',
    appName: 'Toepassing',
    appId: 'Toepassings-id (client)',
    tenantName: 'Uw organisatie',
    tenant: 'Uw tenant-id',
    next: 'Wat u nu kunt doen',
    who: 'Wie aan zet is',
    retry: 'Opnieuw proberen',
    support: 'Voor ondersteuning',
    correlationId: 'Correlatie-id',
    microsoftSays: (code: string) => `Over code ${code} van Microsoft:`,
  },
  details: {
    invitedTenant: 'Verwachte tenant',
    usedTenant: 'Tenant die u gebruikte',
    homeTenant: 'Eigen tenant van het account',
    audience: 'Microsoft-dienst',
    errorCode: 'Code van Microsoft',
    signedInAccount: 'Account dat zich aanmeldde',
    tokenAccount: 'Account waarvan het token is',
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
