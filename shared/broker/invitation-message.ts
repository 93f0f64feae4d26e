import type { Invitation } from './invitation.ts'

/** A message that the operator can send as it is. */
export type Message = { subject: string; text: string }

type Facts = {
  invitation: Invitation
  url: string
  operator: { name: string; contact: string }
}

/** The invitation in the partner's language. The code is not in it: it is compared by telephone. */
export const invitationMessage = (facts: Facts): Message =>
  facts.invitation.language === 'nl' ? dutch(facts) : english(facts)

const dateOf = (time: number, language: string): string =>
  `${new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(time)} UTC`

const english = ({ invitation, url, operator }: Facts): Message => ({
  subject: `${operator.name} asks for your consent to work in your partner tenant`,
  text: [
    `Hello${invitation.displayName ? ` ${invitation.displayName}` : ''},`,
    '',
    `${operator.name} asks your consent to act for your tenant ${invitation.partner}.`,
    'Please open this page, read it, and sign in at Microsoft with an Admin Agent or Sales Agent account that uses MFA:',
    '',
    url,
    '',
    `The link works once, for your tenant only, until ${dateOf(invitation.expiresAt, 'en-GB')}.`,
    'The page never asks for your password: you type it only at Microsoft.',
    `In doubt, call ${operator.name} on a number that you already have and compare the short code on the page.`,
    '',
    `${operator.name}, ${operator.contact}`,
  ].join('\n'),
})

const dutch = ({ invitation, url, operator }: Facts): Message => ({
  subject: `${operator.name} vraagt uw toestemming om in uw partnertenant te werken`,
  text: [
    `Geachte ${invitation.displayName ?? 'beheerder'},`,
    '',
    `${operator.name} vraagt uw toestemming om namens uw tenant ${invitation.partner} te handelen.`,
    'Open deze pagina, lees haar, en meld u bij Microsoft aan met een account dat Admin Agent of Sales Agent is en MFA gebruikt:',
    '',
    url,
    '',
    `De link werkt één keer, alleen voor uw tenant, tot ${dateOf(invitation.expiresAt, 'nl-NL')}.`,
    'De pagina vraagt nooit om uw wachtwoord: dat typt u alleen bij Microsoft.',
    `Bel bij twijfel ${operator.name} op een nummer dat u al heeft en vergelijk de korte code op de pagina.`,
    '',
    `${operator.name}, ${operator.contact}`,
  ].join('\n'),
})
