import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { ManagedIdentity } from '../directory.ts'
import { EntraError } from '../entra/aadsts.ts'
import type { LocalEntra } from '../entra/entra.ts'
import type { LocalAnswer } from '../kit/part.ts'
import { listenOnFreePort } from '../kit/ports.ts'

export type IdentityEndpoint = {
  /** For `IDENTITY_ENDPOINT`. */
  endpoint: string
  /** For `IDENTITY_HEADER`. */
  header: string
  close: () => Promise<void>
}

type Options = {
  entra: Pick<LocalEntra, 'issueIdentityToken'>
  identity: ManagedIdentity
  /** First port to try; 0, the default, takes any. */
  port?: number
}

const apiVersion = '2019-08-01'

/** The token endpoint that App Service gives an application, for one user-assigned identity. */
export const startIdentityEndpoint = async (options: Options): Promise<IdentityEndpoint> => {
  const header = randomBytes(32).toString('hex')
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, { ...options, header })
      .catch((error: unknown) => refusal(error instanceof EntraError ? 400 : 500, String(error)))
      .then(({ status, body }) => {
        outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
        return outgoing.end(JSON.stringify(body))
      })
  })
  const port = await listenOnFreePort(server, options.port ?? 0)
  return {
    endpoint: `http://127.0.0.1:${port}/msi/token`,
    header,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const answer = async (
  incoming: IncomingMessage,
  { entra, identity, header }: Options & { header: string },
): Promise<LocalAnswer> => {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
  if (url.pathname !== '/msi/token' || incoming.method !== 'GET') return refusal(404, 'not found')
  if (!isSame(incoming.headers['x-identity-header'], header)) {
    return refusal(401, 'X-IDENTITY-HEADER is missing or wrong')
  }
  if (url.searchParams.get('api-version') !== apiVersion) {
    return refusal(400, `api-version must be ${apiVersion}`)
  }
  if (url.searchParams.get('client_id')?.toLowerCase() !== identity.clientId) {
    return refusal(400, 'No User Assigned Managed Identity found for the specified client_id')
  }
  const resource = url.searchParams.get('resource') ?? ''
  const { accessToken, expiresOn } = await entra.issueIdentityToken(identity, resource)
  return {
    status: 200,
    body: {
      access_token: accessToken,
      expires_on: String(expiresOn),
      // MSAL's cache hits only when this is exactly what was asked for.
      resource,
      token_type: 'Bearer',
      client_id: identity.clientId,
    },
  }
}

const refusal = (status: number, message: string): LocalAnswer => ({
  status,
  body: { statusCode: status, message },
})

const isSame = (sent: string | string[] | undefined, expected: string): boolean =>
  typeof sent === 'string' &&
  sent.length === expected.length &&
  timingSafeEqual(Buffer.from(sent), Buffer.from(expected))
