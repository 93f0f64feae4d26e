import { callerToken } from '../../../local/stack/caller-token.ts'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { relayDoor } from '../../../shared/azure/relay.ts'
import type { ConsentOutcome } from '../../../shared/broker/consent-outcome.ts'
import type { PartnerFacts } from '../../../shared/broker/partner/partner-facts.ts'
import type { PartnerForm } from '../../../shared/broker/partner/partner-relay.ts'
import type { Relay } from '../../../shared/broker/relay.ts'
import { signIn } from './consent-flow.ts'
import { ownCaller } from './own-partner.ts'

type Who = { username: string } | 'cancel'
type Started = { address: string; attempt: string; browser: string }

/** What came back from Entra, as the onboarding app would hand it over. */
export type Returned = Parameters<Relay['callback']>[0]

/** A session on a partner's own pages: what its forms send back, and what the page showed. */
export type OpenPages = { form: PartnerForm; facts: PartnerFacts }

/** The broker as the onboarding app asks it, by an application with `Consent.Relay`. */
export const relayOf = async (stack: StackFacts): Promise<Relay> => {
  const caller = await ownCaller(stack, ['Consent.Relay'])
  return relayDoor({ brokerUrl: stack.broker, token: () => callerToken(stack, caller) })
}

/** Signs in where a started sign-in leads, and gives what the browser brings back. */
export const returned = async ({ address, browser }: Started, who: Who): Promise<Returned> => {
  const { fields } = await signIn({ location: new URL(address) }, who)
  const { state = '', code, error, error_description = '' } = fields
  const numbers = [...error_description.matchAll(/AADSTS(\d+)/g)].map(([, number]) =>
    Number(number),
  )
  return {
    state,
    browser,
    correlationId: crypto.randomUUID(),
    answer: {
      errorCodes: numbers.slice(0, 3),
      ...(code !== undefined && { code }),
      ...(error !== undefined && { error }),
    },
  }
}

/** The whole way of a sign-in to a partner's own pages. */
export const signInToPages = async (
  relay: Relay,
  partner: string,
  who: Who,
): Promise<ConsentOutcome> =>
  relay.callback(await returned(await relay.partnerSignIn({ partner }), who))

/** Signs in and opens the page; throws when that is refused. */
export const openPages = async (relay: Relay, partner: string, who: Who): Promise<OpenPages> => {
  const outcome = await signInToPages(relay, partner, who)
  if (outcome.kind !== 'signed_in' || outcome.session === undefined) throw new Error(outcome.kind)
  const { session } = outcome
  const facts = await relay.partner({ session })
  if (facts.kind !== 'partner') throw new Error(facts.kind)
  return { form: { session, csrf: facts.csrf }, facts }
}

/** Begins a renewal from the page and signs in; gives what the browser brings back. */
export const renewing = async (relay: Relay, { form }: OpenPages, who: Who): Promise<Returned> => {
  const started = await relay.renew(form)
  if (started.kind !== 'started') throw new Error(started.kind)
  return returned(started, who)
}

/** Withdraws from the page, with what must be typed unless something else is. */
export const withdrawing = (
  relay: Relay,
  { form, facts }: OpenPages,
  confirmation = facts.confirmation,
) => relay.withdraw({ ...form, confirmation, correlationId: crypto.randomUUID() })
