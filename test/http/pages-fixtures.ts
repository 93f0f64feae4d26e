import { catalogues, type Catalogue } from '../../shared/http/pages/catalogue.ts'
import { approvedPage } from '../../shared/http/pages/approved-page.ts'
import { errorPage } from '../../shared/http/pages/error-page.ts'
import { homePage } from '../../shared/http/pages/home-page.ts'
import { textOf, type Html } from '../../shared/http/pages/html.ts'
import { invitationPage, type InvitationView } from '../../shared/http/pages/invitation-page.ts'
import { noticePage, type NoticeView } from '../../shared/http/pages/notice-page.ts'
import { outcomePage } from '../../shared/http/pages/outcome-page.ts'
import type { ConsentedView, RefusalView } from '../../shared/http/pages/outcome-view.ts'
import { partnerPage } from '../../shared/http/pages/partner-page.ts'
import { partnerSignInPage } from '../../shared/http/pages/partner-sign-in-page.ts'
import { withdrawnPage } from '../../shared/http/pages/partner-withdraw.ts'
import {
  degraded,
  expiring,
  lapsed,
  now,
  partnerFacts,
  revoked,
  withdrawn,
} from './partner-fixtures.ts'

export const words: Catalogue[] = [catalogues.en, catalogues.nl]

export const operator = {
  operatorName: 'Northwind Marketplace B.V.',
  operatorContact: 'partners@northwind.example',
}

export const invitation: InvitationView = {
  ...operator,
  app: {
    displayName: 'Northwind Connector',
    clientId: '5f2c7d1e-8a43-4a0e-9a2b-1f1f5b7c9d10',
  },
  partner: {
    tenant: '9b1f0c52-6d55-4b6e-9a3f-3a6c2e1b7f44',
    displayName: 'Fabrikam Cloud Services',
  },
  code: 'K7QF-93MX',
  audiences: [
    {
      resource: 'https://api.partnercenter.microsoft.com',
      permissions: [{ name: 'user_impersonation' }],
    },
    {
      resource: 'https://graph.microsoft.com',
      permissions: [{ name: 'User.Read.All' }, { name: 'Sites.Read.All' }],
    },
  ],
  consentTermDays: 365,
  expiresAt: Date.UTC(2026, 10, 30, 9, 5),
  addresses: ['203.0.113.10', '2001:db8::10'],
  action: '/onboard/the-invitation',
}

export const consented: ConsentedView = {
  ...operator,
  kind: 'consented',
  app: invitation.app,
  partner: invitation.partner,
  audiences: invitation.audiences,
  consentedBy: 'svc-northwind@fabrikam.example',
  consentedAt: Date.UTC(2026, 10, 23, 20),
  endsAt: Date.UTC(2027, 10, 23, 20),
  renewUrl: 'https://onboarding.northwind.example/renew/9b1f0c52-6d55-4b6e-9a3f-3a6c2e1b7f44',
  correlationId: 'c0ffee00-1111-4222-8333-444455556666',
}

const support = { ...operator, correlationId: 'c0ffee00-1111-4222-8333-444455556666' }

// A record, so that a new kind of refusal without an example does not compile.
const examples: { [K in RefusalView['kind']]: Extract<RefusalView, { kind: K }> } = {
  invitation_unknown: { ...support, kind: 'invitation_unknown' },
  invitation_expired: { ...support, kind: 'invitation_expired' },
  invitation_used: { ...support, kind: 'invitation_used' },
  attempt_unknown: { ...support, kind: 'attempt_unknown' },
  other_browser: { ...support, kind: 'other_browser' },
  signin_cancelled: { ...support, kind: 'signin_cancelled', retryUrl: '/onboard/again' },
  signin_error: { ...support, kind: 'signin_error', errorCode: 'AADSTS50020' },
  wrong_tenant: {
    ...support,
    kind: 'wrong_tenant',
    invitedTenant: '9b1f0c52-6d55-4b6e-9a3f-3a6c2e1b7f44',
    usedTenant: '11111111-2222-4333-8444-555555555555',
  },
  guest: {
    ...support,
    kind: 'guest',
    invitedTenant: '9b1f0c52-6d55-4b6e-9a3f-3a6c2e1b7f44',
    homeTenant: '11111111-2222-4333-8444-555555555555',
  },
  id_token_invalid: { ...support, kind: 'id_token_invalid' },
  no_refresh_token: { ...support, kind: 'no_refresh_token' },
  audience_refused: {
    ...support,
    kind: 'audience_refused',
    audience: 'https://graph.microsoft.com',
    errorCode: 'AADSTS65001',
  },
  not_an_agent: { ...support, kind: 'not_an_agent' },
  mfa_missing: { ...support, kind: 'mfa_missing' },
  mfa_unproven: { ...support, kind: 'mfa_unproven' },
  account_mismatch: {
    ...support,
    kind: 'account_mismatch',
    signedInAccount: 'aaaaaaaa-0000-4000-8000-000000000001',
    tokenAccount: 'aaaaaaaa-0000-4000-8000-000000000002',
  },
  interrupted: { ...support, kind: 'interrupted' },
  in_progress: { ...support, kind: 'in_progress' },
  superseded: { ...support, kind: 'superseded' },
  revoked: { ...support, kind: 'revoked' },
  unavailable: { ...support, kind: 'unavailable', retryUrl: '/onboard/again' },
  cross_site: { ...support, kind: 'cross_site' },
  not_yours: { ...support, kind: 'not_yours', retryUrl: '/partner' },
  not_renewable: { ...support, kind: 'not_renewable' },
}

export const refusals: RefusalView[] = Object.values(examples)

/** Every page in one language, after `change` has been made to each of its views. */
export const pagesIn = (
  language: Catalogue,
  change: <T>(view: T) => T = (view) => view,
): [string, string][] => {
  const pages: Record<string, Html> = {
    home: homePage(change({ ...operator, appDisplayName: 'Northwind Connector' }), language),
    invitation: invitationPage(change(invitation), language),
    failed: errorPage(change(support), language),
    consented: outcomePage({ ...change(consented), kind: 'consented' }, language),
  }
  Object.assign(pages, partnerPagesIn(language, change))
  for (const view of refusals) pages[view.kind] = outcomePage(change(view), language)
  return Object.entries(pages).map(([name, page]) => [name, textOf(page)])
}

const partnerPagesIn = (language: Catalogue, change: <T>(view: T) => T): Record<string, Html> => {
  const signIn = (view: object) =>
    partnerSignInPage({ ...change(operator), isRenewal: false, ...change(view) }, language)
  const held = (facts: typeof partnerFacts) =>
    partnerPage(change({ ...operator, facts, now, isConfirmationWrong: true }), language)
  const notice = (kind: NoticeView['kind']) =>
    noticePage({ ...change(support), kind, microsoftSignOut: 'https://login.example/x' }, language)
  const approved = (view: { isRefused: boolean; invitation?: string; errorCode?: string }) =>
    approvedPage(change({ ...operator, ...view }), language)
  return {
    renew: signIn({ isRenewal: true }),
    'sign-in': signIn({ ended: 'page' }),
    'sign-in after a form': signIn({ ended: 'form' }),
    'sign-in again': signIn({ typed: 'contoso.example' }),
    partner: held(partnerFacts),
    'partner expiring': held(expiring),
    'partner degraded': held(degraded),
    'partner lapsed': held(lapsed),
    'partner revoked': held(revoked),
    withdrawn: withdrawnPage(change(withdrawn), language),
    signed_out: notice('signed_out'),
    form_expired: notice('form_expired'),
    renew_link_wrong: notice('renew_link_wrong'),
    unanswered: notice('unanswered'),
    approved: approved({ isRefused: false, invitation: '/onboard/the-invitation' }),
    'not approved': approved({ isRefused: true, errorCode: 'AADSTS90094' }),
  }
}

const tag = /<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*(\/?)>/g

/** The tags of a page in order, as written; text between them must hold no angle bracket. */
export const tagsOf = (page: string): { name: string; closes: boolean; attributes: string }[] => {
  const body = page.replace(/(<style>)[^<]*(<\/style>)/, '$1$2')
  const rest = body.replace(tag, '')
  if (/[<>]/.test(rest)) throw new Error(`stray angle bracket: ${rest}`)
  return [...body.matchAll(tag)].map(([, slash, name = 'doctype', attributes = '']) => ({
    name,
    closes: slash === '/',
    attributes,
  }))
}

/** What a reader sees of a page's main column, with entities decoded and white space made one. */
export const readableText = (page: string): string =>
  decoded((/<main[^>]*>([^]*)<\/main>/.exec(page)?.[1] ?? '').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** In one pass, as a browser reads it; an entity that is not known stays. */
export const decoded = (text: string): string =>
  text.replace(/&(?:#(\d+)|([a-z]+));/g, (whole, code?: string, name = '') =>
    code === undefined ? (entities[name] ?? whole) : String.fromCharCode(Number(code)),
  )
