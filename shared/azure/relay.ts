import type * as z from 'zod'
import type { Relay } from '../broker/relay.ts'
import { guardedDoor, type Door } from './guarded-door.ts'
import { relayAnswers as answers } from './relay-answers.ts'
import { httpFailure } from './trouble.ts'

type BrokerDoor = {
  brokerUrl: string
  /** A token of this app's own identity for the broker. */
  token: () => Promise<string>
}

// A repeated callback waits for the first one at the broker, so this is the longest of all.
const timeoutMs = 55_000

/** The broker as the onboarding app sees it, over the private network. */
export const relayDoor = (broker: BrokerDoor): Relay => {
  const door = { ...broker, through: guardedDoor({ dependency: 'broker', timeoutMs }) }
  const asks =
    <T>(verb: string, schema: z.ZodType<T>) =>
    (request: object): Promise<T> =>
      ask(door, verb, { request, schema })
  return {
    invitation: asks('invitation', answers.invitation),
    signIn: asks('sign-in', answers.signIn),
    approval: asks('approval', answers.approval),
    callback: asks('callback', answers.callback),
    partnerSignIn: asks('partner-sign-in', answers.partnerSignIn),
    partner: asks('partner', answers.partner),
    renew: asks('renew', answers.renew),
    withdraw: asks('withdraw', answers.withdraw),
    signOut: asks('sign-out', answers.signOut),
  }
}

const ask = <T>(
  { brokerUrl, token, through }: BrokerDoor & { through: Door },
  verb: string,
  { request, schema }: { request: unknown; schema: z.ZodType<T> },
): Promise<T> =>
  through(async (signal) => {
    const response = await fetch(`${brokerUrl}/internal/${verb}`, {
      method: 'POST',
      redirect: 'error',
      signal,
      headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    })
    if (!response.ok) throw httpFailure(response)
    return schema.parse(await response.json())
  })
