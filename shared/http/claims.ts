import { malformed } from './form.ts'

const maxClaimsLength = 4096

/**
 * What of a `claims` field is a challenge to relay, as canonical JSON text; undefined when nothing
 * is. Azure SDKs send capabilities (`xms_cc`) and `id_token` members on ordinary calls: those are no
 * challenge, and relaying them would buy tokens that live for a day.
 */
export const claimsChallenge = (claims: string | undefined): string | undefined => {
  if (claims === undefined) return undefined
  if (claims.length > maxClaimsLength) throw malformed(`claims is longer than ${maxClaimsLength}`)
  const accessToken = memberOf(parse(claims), 'access_token')
  const asked = Object.entries(accessToken).filter(([name]) => name !== 'xms_cc')
  if (asked.length === 0) return undefined
  return JSON.stringify({ access_token: Object.fromEntries(asked.toSorted(byName)) })
}

const byName = ([one]: [string, unknown], [other]: [string, unknown]) => (one < other ? -1 : 1)

const parse = (text: string): object => {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed
  } catch {
    // Said below, like any other text that is not an object.
  }
  throw malformed('claims must be a JSON object, as in a claims challenge')
}

const memberOf = (object: object, name: string): object => {
  const member: unknown = Object.entries(object).find(([key]) => key === name)?.[1]
  if (member === undefined || member === null) return {}
  if (typeof member !== 'object' || Array.isArray(member)) {
    throw malformed(`claims.${name} must be a JSON object`)
  }
  return member
}
