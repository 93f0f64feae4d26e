import { choice } from './forms.ts'
import type { Html } from './html.ts'
import type { Catalogue } from './catalogue.ts'

/** Terms that a partner may choose where the invitation offers a longer one, in days. */
const shorterTerms = [180, 90, 30] as const

/** For how long the partner consents: what the invitation offers, or less. */
export const termChoice = (offeredDays: number, { invitation: { term } }: Catalogue): Html => {
  const shorter = shorterTerms.filter((days) => days < offeredDays)
  const options = [offeredDays, ...shorter].map((days) => ({
    value: String(days),
    label: term.days(days),
  }))
  return choice({ name: 'term', label: term.label, hint: term.hint, options })
}
