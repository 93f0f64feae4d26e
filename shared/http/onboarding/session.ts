import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type { SignedInToPages } from '../../broker/consent-outcome.ts'
import { answerHeaders, withHeaders } from '../correlation.ts'
import { cookieOf, hostCookie, isSecret } from './cookies.ts'
import type { OnboardingDesk, Visitor } from './desk.ts'

/** Name of the cookie that holds a session. */
export const sessionCookieName = '__Host-session'

/** As long as the broker keeps a session. */
const maxAge = 15 * 60

/** The session of this browser, if it has one. */
export const sessionOf = (request: HttpRequest): string | undefined => {
  const session = cookieOf(request, sessionCookieName)
  return session !== undefined && isSecret(session) ? session : undefined
}

// Not Strict: /partner is reached by a redirect that Entra's cross-site form post began, and a Strict
// cookie would stay behind. Lax comes along with that GET, and with no POST of another site.
const sessionCookie = (session: string) =>
  hostCookie(sessionCookieName, session, { sameSite: 'Lax', maxAge })

/** Ends the session in this browser. */
export const forgetSession = hostCookie(sessionCookieName, '', { sameSite: 'Lax', maxAge: 0 })

/** Leads from the callback to the partner's own page. A repeated callback brings no session again. */
export const signedInAnswer = (
  desk: OnboardingDesk,
  visitor: Visitor,
  { session }: SignedInToPages,
): HttpResponseInit => ({
  ...toOwnPage(desk, visitor),
  ...(session !== undefined && { cookies: [sessionCookie(session)] }),
})

/** Leads to the partner's own page. */
export const toOwnPage = (
  { onboardingUrl }: OnboardingDesk,
  { correlation }: Visitor,
): HttpResponseInit =>
  withHeaders(
    { status: 303, headers: answerHeaders(correlation) },
    { location: `${onboardingUrl}/partner` },
  )
