import type { LocalRequest } from '../kit/part.ts'
import { EntraError, missing } from './aadsts.ts'
import { checkClientAssertion } from './client-assertion.ts'
import { findClient, type Client } from './clients.ts'
import type { Entra } from './context.ts'
import type { ClientProof } from './token-claims.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export type AuthenticatedClient = { client: Client; proof: ClientProof }

/** Who asks at the token endpoint, by `client_secret` (form or Basic) or `client_assertion`. */
export const authenticateClient = async (
  entra: Entra,
  request: LocalRequest,
  tenant: string,
): Promise<AuthenticatedClient> => {
  const basic = basicCredentials(request)
  const clientId = basic?.clientId ?? request.form.get('client_id')
  if (!clientId) throw missing('client_id')
  const client = findClient(entra.directory, clientId, tenant)
  const secret = basic?.secret ?? request.form.get('client_secret')
  const assertion = request.form.get('client_assertion')
  if (client.kind === 'public') return publicClient(client, secret ?? assertion)
  if (secret) return { client: checkSecret(client, secret), proof: '1' }
  if (!assertion || request.form.get('client_assertion_type') !== assertionType) {
    throw new EntraError(
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    )
  }
  await checkClientAssertion(entra, client, { assertion, tenant })
  return { client, proof: '2' }
}

const publicClient = (client: Client, credential: string | null): AuthenticatedClient => {
  if (credential) {
    throw new EntraError(
      700025,
      "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    )
  }
  return { client, proof: '0' }
}

const checkSecret = (client: Client, secret: string): Client => {
  if (client.secrets.includes(secret)) return client
  throw new EntraError(
    7000215,
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${client.clientId}'.`,
  )
}

const basicCredentials = ({ headers }: LocalRequest) => {
  const encoded = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1]
  if (!encoded) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return { clientId: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) }
}

// RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
const decode = (part: string): string => new URLSearchParams(`x=${part}`).get('x') ?? ''
