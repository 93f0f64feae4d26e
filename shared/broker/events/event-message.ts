import type { BrokerEvent, EventType } from '../broker-event.ts'
import type { WhoMustAct } from '../broker-error.ts'
import type { Message } from '../invitation-message.ts'
import { dutch } from './words-nl.ts'
import { english } from './words-en.ts'

/** What the words of an event are made of. */
export type WordFacts = {
  /** The partner's tenant id; empty for events of the broker itself. */
  partner: string
  /** The operator's name. */
  operator: string
  /** When it ends, or has ended, for people; undefined when the event does not say. */
  until: string | undefined
  daysLeft: number | undefined
  /** Why, in words where there are some, else the code. */
  reason: string | undefined
  whoMustAct: WhoMustAct
  renewUri: string
  /** Where the partner sees what is held, and withdraws. */
  ownUri: string
}

type Words = { subject: string; lines: readonly string[] }

/** The words of one language. */
export type EventWords = {
  locale: string
  greeting: (name: string | undefined) => string
  /** Codes of `reason` in words; others are shown as they are. */
  reasons: Readonly<Record<string, string>>
  types: Record<EventType, (facts: WordFacts) => Words>
}

export type MessageFacts = {
  event: BrokerEvent & { whoMustAct: WhoMustAct }
  operator: { name: string; contact: string }
  onboardingUrl: string
}

/** The message about an event, ready to be sent, in the partner's language. */
export const eventMessage = ({ event, operator, onboardingUrl }: MessageFacts): Message => {
  const words = event.language === 'nl' ? dutch : english
  const { partner = '', reason, endsAt, daysLeft, whoMustAct } = event
  const { subject, lines } = words.types[event.type]({
    partner,
    operator: operator.name,
    until: endsAt === undefined ? undefined : dateOf(endsAt, words.locale),
    daysLeft,
    reason: reason === undefined ? undefined : inWords(reason, words.reasons),
    whoMustAct,
    renewUri: `${onboardingUrl}/renew/${partner}`,
    ownUri: `${onboardingUrl}/partner`,
  })
  const name = event.partner === undefined ? operator.name : event.displayName
  const text = [words.greeting(name), '', ...lines, '', `${operator.name}, ${operator.contact}`]
  return { subject, text: text.join('\n') }
}

// Of Entra's errors the number stands behind the code: `invalid_grant AADSTS50173`.
const inWords = (reason: string, known: EventWords['reasons']): string => {
  const [code = '', ...rest] = reason.split(' ')
  const found = known[code]
  if (found === undefined) return reason
  return rest.length === 0 ? found : `${found} (${rest.join(' ')})`
}

const dateOf = (time: number, locale: string): string =>
  `${new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(time)} UTC`
