import type { ConfidentialClientApplication } from '@azure/msal-node'
import type { AppCredential } from './app-credential.ts'
import { networkModule } from './network.ts'

export type EntraApp = {
  /** `https://login.microsoftonline.com`, or another cloud's or the local authority. */
  authorityHost: string
  clientId: string
  credential: AppCredential
}

/** Makes MSAL's client for our application. MSAL loads at first use. */
export const makeClient = async (app: EntraApp): Promise<ConfidentialClientApplication> => {
  const { ConfidentialClientApplication: Client, LogLevel } = await import('@azure/msal-node')
  return new Client({
    auth: {
      clientId: app.clientId,
      authority: `${app.authorityHost}/organizations`,
      knownAuthorities: [new URL(app.authorityHost).host],
      authorityMetadata: metadataOf(app.authorityHost),
      ...(await app.credential()),
    },
    system: {
      networkClient: networkModule,
      loggerOptions: {
        logLevel: LogLevel.Error,
        piiLoggingEnabled: false,
        loggerCallback: () => {},
      },
    },
  })
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
