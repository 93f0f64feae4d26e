import {
  ClientAssertionCredential,
  ClientSecretCredential,
  type ClientAssertionCredentialOptions,
} from '@azure/identity'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import type { Caller } from './ask-token.ts'

/** A caller's own Entra token for the broker, as the SDK gets it. */
export const assertionOf = (
  { entra, brokerAudience }: StackFacts,
  { tenant, clientId, clientSecret }: Caller,
): (() => Promise<string>) => {
  const own = new ClientSecretCredential(tenant, clientId, clientSecret, {
    authorityHost: entra,
    disableInstanceDiscovery: true,
  })
  return async () => (await own.getToken(`${brokerAudience}/.default`)).token
}

/** The SDK's own credential, with the broker for its authority: all that a service has to write. */
export const partnerCredential = (
  stack: StackFacts,
  caller: Caller,
  authority: string,
): ClientAssertionCredential => watchedCredential(stack, { caller, authority, options: {} })

type Watched = { caller: Caller; authority: string; options: ClientAssertionCredentialOptions }

/** The same with further options, to look at what it sends. */
export const watchedCredential = (
  stack: StackFacts,
  { caller, authority, options }: Watched,
): ClientAssertionCredential =>
  new ClientAssertionCredential(authority, caller.clientId, assertionOf(stack, caller), {
    authorityHost: stack.broker,
    disableInstanceDiscovery: true,
    ...options,
  })
