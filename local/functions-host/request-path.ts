/** Decodes a part of a path as Kestrel does: `%2F` stays, so that a value never gains a separator. */
export const decodeSegment = (text: string): string =>
  text
    .split(/(%2f)/i)
    .map((piece) => (/^%2f$/i.test(piece) ? piece : decodePiece(piece)))
    .join('')

const decodePiece = (piece: string): string => {
  try {
    return decodeURIComponent(piece)
  } catch {
    return piece
  }
}

const encodeSegment = (text: string): string =>
  text
    .split(/(%2f)/i)
    .map((piece) => (/^%2f$/i.test(piece) ? piece : encodeURIComponent(piece)))
    .join('')
    .replaceAll(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent)

const hostPattern = /^[\w.-]+(?::\d+)?$|^\[[0-9a-f:.]+\](?::\d+)?$/i

/**
 * The address that a request asks for, with its path in the one spelling that routes are matched on.
 * Undefined for a request that no host would accept.
 */
export const requestUrl = (host: string, target: string): URL | undefined => {
  if (!hostPattern.test(host)) return undefined
  const isAbsolute = /^https?:\/\//i.test(target)
  if (!isAbsolute && !target.startsWith('/')) return undefined
  const url = URL.parse(isAbsolute ? target : `https://${host}${target}`)
  if (!url) return undefined
  // Each segment alone: an encoded backslash or dot must not become a separator.
  const path = url.pathname.split('/').map((segment) => encodeSegment(decodeSegment(segment)))
  return new URL(`https://${host}${path.join('/')}${url.search}`)
}
