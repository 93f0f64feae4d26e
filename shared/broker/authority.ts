import { parseGuid } from './tenant-id.ts'

/** On whose behalf a token is asked for: `{partner}[.{customer}][.{purpose}]`. */
export type Authority = { partner: string; customer?: string; purpose?: string }

const purpose = /^[a-z0-9-]{1,40}$/

/** Whether a text can name a purpose: `[a-z0-9-]{1,40}` and not a GUID. */
export const isPurpose = (text: string): boolean =>
  purpose.test(text) && parseGuid(text) === undefined

/** Reads the first segment of the path; undefined when it is not an authority. */
export const parseAuthority = (text: string): Authority | undefined => {
  const [first, second, third, ...more] = text.split('.')
  const partner = first === undefined ? undefined : parseGuid(first)
  if (partner === undefined || more.length > 0) return undefined
  if (second === undefined) return { partner }
  const customer = parseGuid(second)
  if (customer === undefined)
    return third === undefined ? withPurpose({ partner }, second) : undefined
  return third === undefined ? { partner, customer } : withPurpose({ partner, customer }, third)
}

/** The spelling that goes back into endpoints. */
export const formatAuthority = ({ partner, customer, purpose: label }: Authority): string =>
  [partner, customer, label].filter((part) => part !== undefined).join('.')

const withPurpose = (authority: Authority, label: string): Authority | undefined =>
  isPurpose(label) ? { ...authority, purpose: label } : undefined
