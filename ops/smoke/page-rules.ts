import { headerOf, textOf, type Answer } from './visit.ts'

const wanted: [string, RegExp][] = [
  ['content-security-policy', /default-src 'none'/],
  ['content-security-policy', /frame-ancestors 'none'/],
  ['content-security-policy', /form-action 'self'/],
  ['strict-transport-security', /max-age=[1-9]\d{6,}/],
  ['x-content-type-options', /^nosniff$/],
  ['x-frame-options', /^DENY$/],
  ['cache-control', /no-store/],
  ['referrer-policy', /^same-origin$/],
]

/** Security headers that a page lacks, by name. */
export const lackingHeaders = (answer: Answer): string[] => {
  const lacking = wanted.filter(([name, pattern]) => !pattern.test(headerOf(answer, name)))
  return [...new Set(lacking.map(([name]) => name))]
}

// A setting that is not there, or a Key Vault reference that Azure could not resolve.
const blank =
  /\bundefined\b|\[object Object\]|@Microsoft\.KeyVault\(|<h1>\s*<\/h1>|<title>\s*<\/title>/

/** Whether a page shows where a setting is missing. */
export const hasBlank = (answer: Answer): boolean => blank.test(textOf(answer))

/** Whether it is the page that the Functions host shows when an app has no page of its own. */
export const isHostPage = (answer: Answer): boolean =>
  /Your (?:Azure )?Functions? (?:\d[\d.]* )?app is up and running/i.test(textOf(answer))
