import type { ServerResponse } from 'node:http'
import type { HttpCookie, TypedData } from './rpc.ts'

// The host sets these from the body it sends.
const ownHeaders = new Set(['content-length', 'transfer-encoding', 'connection'])

/** Sends what the worker answered; nothing at all is 204. */
export const sendResponse = (
  outgoing: ServerResponse,
  value: TypedData | null | undefined,
): void => {
  const http = value?.http
  if (!http) {
    outgoing.writeHead(204).end()
    return
  }
  for (const [name, header] of Object.entries(http.headers ?? {})) {
    if (!ownHeaders.has(name.toLowerCase())) outgoing.setHeader(name, header)
  }
  for (const cookie of http.cookies ?? []) outgoing.appendHeader('set-cookie', setCookie(cookie))
  outgoing.writeHead(Number(http.statusCode ?? 200))
  outgoing.end(http.body?.bytes ?? http.body?.string ?? http.body?.json ?? undefined)
}

/** `Set-Cookie` as ASP.NET Core writes it: the value percent-encoded, the path `/` by default. */
const setCookie = (cookie: HttpCookie): string => {
  const seconds = cookie.expires?.value?.seconds
  const sameSite = { lax: 'lax', strict: 'strict', explicitNone: 'none', none: undefined }[
    cookie.sameSite ?? 'none'
  ]
  const maxAge = cookie.maxAge?.value
  const parts = [
    `${cookie.name ?? ''}=${encodeURIComponent(cookie.value ?? '')}`,
    seconds !== undefined &&
      seconds !== null &&
      `expires=${new Date(seconds * 1000).toUTCString()}`,
    maxAge !== undefined && maxAge !== null && `max-age=${Math.trunc(maxAge)}`,
    cookie.domain?.value && `domain=${cookie.domain.value}`,
    `path=${cookie.path?.value ?? '/'}`,
    cookie.secure?.value && 'secure',
    sameSite && `samesite=${sameSite}`,
    cookie.httpOnly?.value && 'httponly',
  ]
  return parts.filter((part) => typeof part === 'string').join('; ')
}
