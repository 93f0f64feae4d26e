import type { HttpRequest } from '@azure/functions'

/** One cookie per attempt, so that two tabs do not disturb one another. */
export const attemptCookie = (attempt: string): string => `__Host-attempt-${attempt}`

/**
 * The value of a cookie of the request (RFC 6265 section 5.4). Only `;` parts cookies: a comma is part of
 * a value, and what another host of the domain writes there must not pass for a `__Host-` cookie.
 */
export const cookieOf = ({ headers }: HttpRequest, name: string): string | undefined =>
  (headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)
