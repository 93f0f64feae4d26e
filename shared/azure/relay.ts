import * as z from 'zod'
import type { ConsentOutcome } from '../broker/consent-outcome.ts'
import type { Relay } from '../broker/relay.ts'
import { guardedDoor, type Door } from './guarded-door.ts'
import { httpFailure } from './trouble.ts'

type BrokerDoor = {
  brokerUrl: string
  /** A token of this app's own identity for the broker. */
  token: () => Promise<string>
}

// A repeated callback waits for the first one at the broker, so this is the longest of all.
const timeoutMs = 55_000

const closed = z.object({
  kind: z.enum(['invitation_unknown', 'invitation_expired', 'invitation_used']),
})

const facts = z.object({
  kind: z.literal('open'),
  partner: z.string(),
  displayName: z.string().optional(),
  code: z.string(),
  audiences: z.array(z.object({ resource: z.string(), permissions: z.array(z.string()) })),
  consentTermDays: z.number(),
  expiresAt: z.number(),
  app: z.object({ displayName: z.string(), clientId: z.string() }),
  addresses: z.array(z.string()),
})

const started = z.object({
  kind: z.literal('started'),
  address: z.url({ protocol: /^https$/ }),
  attempt: z.string().regex(/^[0-9a-f]{32}$/),
  browser: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})

// The outcome is the broker's own value; its kinds are held to the pages by the compiler.
const outcome = z.custom<ConsentOutcome>(
  (value) => typeof value === 'object' && value !== null && 'kind' in value,
)

/** The broker as the onboarding app sees it: three questions over the private network. */
export const relayDoor = (broker: BrokerDoor): Relay => {
  const door = { ...broker, through: guardedDoor({ dependency: 'broker', timeoutMs }) }
  return {
    invitation: (request) => ask(door, 'invitation', { request, schema: z.union([facts, closed]) }),
    signIn: (request) => ask(door, 'sign-in', { request, schema: z.union([started, closed]) }),
    callback: (request) => ask(door, 'callback', { request, schema: outcome }),
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
