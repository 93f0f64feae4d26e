import type { Cookie, HttpRequest } from '@azure/functions'

/** One cookie per attempt, so that two tabs do not disturb one another. */
export const attemptCookie = (attempt: string): `__Host-${string}` => `__Host-attempt-${attempt}`

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

/** 256 bits in base64url: what a link, a session and an attempt's cookie look like. */
export const isSecret = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text)

/** A cookie of this host alone, which no script reads. */
export const hostCookie = (
  name: `__Host-${string}`,
  value: string,
  { sameSite, maxAge }: Required<Pick<Cookie, 'sameSite' | 'maxAge'>>,
): Cookie => ({ name, value, path: '/', secure: true, httpOnly: true, sameSite, maxAge })
