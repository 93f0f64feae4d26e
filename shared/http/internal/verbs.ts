import type { HttpRequest } from '@azure/functions'
import type * as z from 'zod'
import type { Relay } from '../../broker/relay.ts'
import { readJson } from '../json-body.ts'
import { bodies } from './bodies.ts'

type Verb = (relay: Relay, request: HttpRequest) => Promise<unknown>

const verb =
  <T>(body: z.ZodType<T>, ask: (relay: Relay, asked: T) => Promise<unknown>): Verb =>
  async (relay, request) =>
    ask(relay, await readJson(request, body))

/** The verbs of `/internal`. A map: an object would also answer to the names that every object has. */
export const verbs = new Map<string, Verb>(
  Object.entries({
    invitation: verb(bodies.invitation, (relay, asked) => relay.invitation(asked)),
    'sign-in': verb(bodies.signIn, (relay, asked) => relay.signIn(asked)),
    approval: verb(bodies.invitation, (relay, asked) => relay.approval(asked)),
    callback: verb(bodies.callback, (relay, asked) => relay.callback(asked)),
    'partner-sign-in': verb(bodies.tenant, (relay, asked) => relay.partnerSignIn(asked)),
    partner: verb(bodies.session, (relay, asked) => relay.partner(asked)),
    renew: verb(bodies.form, (relay, asked) => relay.renew(asked)),
    withdraw: verb(bodies.withdrawal, (relay, asked) => relay.withdraw(asked)),
    'sign-out': verb(bodies.form, (relay, asked) => relay.signOut(asked)),
  }),
)
