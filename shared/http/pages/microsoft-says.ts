import type { Catalogue } from './catalogue.ts'
import { html, type Html } from './html.ts'

/**
 * What a code of Microsoft's, such as `AADSTS50020`, means; nothing for one that has no words here.
 * Microsoft may change the meaning of a code: these words explain, they decide nothing.
 */
export const microsoftSays = (
  errorCode: string | undefined,
  { labels, microsoftErrors }: Catalogue,
): Html | false => {
  const code = /\d{5,8}/.exec(errorCode ?? '')?.[0]
  const explanations: Record<string, string> = microsoftErrors
  const key = `AADSTS${code}`
  if (!code || !Object.hasOwn(explanations, key)) return false
  return html`<p>${labels.microsoftSays(key)} ${explanations[key]}</p>`
}
