import type { HttpResponseInit } from '@azure/functions'
import { attemptLifetimeMs } from '../../broker/attempt.ts'
import type { StartedSignIn } from '../../broker/begin-attempt.ts'
import { answerHeaders, withHeaders } from '../correlation.ts'
import { attemptCookie, hostCookie } from './cookies.ts'
import type { Visitor } from './desk.ts'

/** Sends the browser to Entra, with the cookie by which it is known when it comes back. */
export const startedAnswer = (
  { correlation }: Visitor,
  { address, attempt, browser }: StartedSignIn,
): HttpResponseInit => ({
  ...withHeaders({ status: 303, headers: answerHeaders(correlation) }, { location: address }),
  cookies: [
    // Entra's form post is cross-site: the cookie must come along with it.
    hostCookie(attemptCookie(attempt), browser, {
      sameSite: 'None',
      maxAge: attemptLifetimeMs / 1000,
    }),
  ],
})
