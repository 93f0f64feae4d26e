import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { homePage } from '../pages/home-page.ts'
import { page, shown, type OnboardingDesk } from './desk.ts'

/** `GET /` */
export const showHome = (desk: OnboardingDesk, request: HttpRequest) =>
  shown(desk, request, async ({ words, correlation }) =>
    page(desk, correlation, { status: 200, body: homePage(desk.operator, words) }),
  )

const yearMs = 365 * 24 * 3600_000

/** `GET /.well-known/security.txt` (RFC 9116) */
export const securityTxt = (
  { operator, onboardingUrl }: OnboardingDesk,
  now: number,
): HttpResponseInit => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: [
    `Contact: ${contactUri(operator.operatorContact)}`,
    `Expires: ${new Date(now + yearMs).toISOString()}`,
    'Preferred-Languages: en, nl',
    `Canonical: ${onboardingUrl}/.well-known/security.txt`,
    '',
  ].join('\n'),
})

const contactUri = (contact: string): string => {
  if (contact.includes('@') && !contact.startsWith('mailto:')) return `mailto:${contact}`
  return /^\+?[\d ()-]+$/.test(contact) ? `tel:${contact.replaceAll(/[^\d+]/g, '')}` : contact
}
