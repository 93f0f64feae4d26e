import type { ConfidentialClientApplication } from '@azure/msal-node'
import type { AppCredential, Proof } from './app-credential.ts'
import { networkModule, observed, type Observed } from './network.ts'
import { openTokenEndpoint, type AskEntra } from './token-endpoint.ts'

export type EntraApp = {
  /** `https://login.microsoftonline.com`, or another cloud's or the local authority. */
  authorityHost: string
  clientId: string
  credential: AppCredential
  /** The token endpoint, with what all clients of the process know of its troubles. */
  ask?: AskEntra
}

/** MSAL's client, and the proof of our application that it holds. */
export type ProvenClient = { client: ConfidentialClientApplication; proof: Proof }

// Wrong secret, expired secret, certificate not registered, assertion out of its time.
const proofRefused = [7000215, 7000222, 700027, 700024]

/**
 * Runs one exchange about a partner's consent. A proof of our application that Entra refuses gives way
 * to the next one until each was tried; Entra looks at it before the code or refresh token, so
 * nothing is used up.
 */
export const provingItself = async <T>(
  app: EntraApp & { open: () => Promise<ProvenClient>; partner: string },
  call: (client: ConfidentialClientApplication) => Promise<T>,
): Promise<Observed<T>> => {
  for (let left = app.credential.proofs; ; left--) {
    // One after the other: the next proof is only wanted when this one is refused.
    // oxlint-disable-next-line no-await-in-loop
    const { client, proof } = await app.open()
    // oxlint-disable-next-line no-await-in-loop
    const seen = await observed(app.partner, () => call(client))
    const { error, errorCodes = [] } = seen.exchange.failure ?? {}
    const isRefused =
      error === 'invalid_client' && errorCodes.some((one) => proofRefused.includes(one))
    if (isRefused) app.credential.refused(proof)
    if (!isRefused || left <= 1) return seen
  }
}

/** Makes MSAL's client for our application. MSAL loads at first use. */
export const makeClient = async (app: EntraApp): Promise<ProvenClient> => {
  const proof = await app.credential.proof()
  const { ConfidentialClientApplication: Client, LogLevel } = await import('@azure/msal-node')
  const client = new Client({
    auth: {
      clientId: app.clientId,
      authority: `${app.authorityHost}/organizations`,
      knownAuthorities: [new URL(app.authorityHost).host],
      authorityMetadata: metadataOf(app.authorityHost),
      ...proof,
    },
    system: {
      networkClient: networkModule(app.ask ?? openTokenEndpoint()),
      loggerOptions: {
        logLevel: LogLevel.Error,
        piiLoggingEnabled: false,
        loggerCallback: () => {},
      },
    },
  })
  return { client, proof }
}

// The endpoints follow from the authority by a fixed rule, so that no partner costs a discovery call.
const metadataOf = (host: string): string =>
  JSON.stringify({
    issuer: `${host}/{tenantid}/v2.0`,
    authorization_endpoint: `${host}/{tenantid}/oauth2/v2.0/authorize`,
    token_endpoint: `${host}/{tenantid}/oauth2/v2.0/token`,
    end_session_endpoint: `${host}/{tenantid}/oauth2/v2.0/logout`,
    jwks_uri: `${host}/{tenantid}/discovery/v2.0/keys`,
  })
