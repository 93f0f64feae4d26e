import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { generate } from 'selfsigned'
import * as z from 'zod'
import type { Directory } from '../../local/directory.ts'
import { startEntra, type LocalEntra } from '../../local/entra/entra.ts'
import { certificatesIn } from '../../local/kit/certificates.ts'

export const operator = '0f000000-0000-4000-8000-000000000001'
export const contoso = '0f000000-0000-4000-8000-0000000000a1'
export const fabrikam = '0f000000-0000-4000-8000-0000000000a2'
export const customer = '0f000000-0000-4000-8000-0000000000c1'
export const appId = '0f000000-0000-4000-8000-0000000000f1'
export const brokerId = '0f000000-0000-4000-8000-0000000000f2'
export const brokerAudience = 'api://sam-token-broker'
export const callerId = '0f000000-0000-4000-8000-0000000000f3'
export const identity = {
  name: 'broker' as const,
  clientId: '0f000000-0000-4000-8000-0000000000e1',
  principalId: '0f000000-0000-4000-8000-0000000000e2',
  roles: ['Consent.Relay'],
}
export const callback = 'https://localhost:7071/consent/callback'
export const partnerCenter = 'https://api.partnercenter.microsoft.com'
export const graph = 'https://graph.microsoft.com'

const nobody = { mfa: true, admin: false, agent: false }
const oid = (last: string) => `0f000000-0000-4000-8000-0000000001${last}`

const directory = (certificate: string): Directory => ({
  operatorTenant: operator,
  brokerApi: { clientId: brokerId, audience: brokerAudience },
  partnerApp: {
    clientId: appId,
    displayName: 'Marketplace <Broker>',
    redirectUris: [callback],
    secrets: ['app-secret'],
    federatedSubjects: [identity.principalId],
    certificates: [certificate],
  },
  identities: [identity],
  callers: [
    {
      name: 'shop',
      tenant: operator,
      clientId: callerId,
      clientSecret: 'caller secret +/=',
      roles: ['Token.Issue'],
    },
  ],
  partners: [
    { name: 'Contoso', tenant: contoso },
    { name: 'Fabrikam', tenant: fabrikam },
  ],
  customers: [{ name: 'Alpine', tenant: customer, partner: contoso }],
  people: [
    {
      name: 'Ada',
      username: 'ada@contoso.example',
      objectId: oid('01'),
      tenant: contoso,
      mfa: true,
      admin: true,
      agent: true,
    },
    {
      name: 'Ben',
      username: 'ben@contoso.example',
      objectId: oid('02'),
      tenant: contoso,
      mfa: false,
      admin: false,
      agent: true,
    },
    {
      name: 'Cas',
      username: 'cas@contoso.example',
      objectId: oid('03'),
      tenant: contoso,
      ...nobody,
    },
    {
      name: 'Fay',
      username: 'fay@fabrikam.example',
      objectId: oid('04'),
      tenant: fabrikam,
      mfa: true,
      admin: true,
      agent: true,
    },
    {
      name: 'Gus',
      username: 'gus@guest.example',
      objectId: oid('05'),
      tenant: fabrikam,
      guestIn: contoso,
      mfa: true,
      admin: true,
      agent: true,
    },
    {
      name: 'Ops',
      username: 'ops@operator.example',
      objectId: oid('06'),
      tenant: operator,
      ...nobody,
      roles: ['Broker.Manage'],
    },
  ],
})

export type TestEntra = Awaited<ReturnType<typeof startTestEntra>>
type Fields = Record<string, string>

/** A local Entra in a temporary folder, with the clock under the test's control. */
export const startTestEntra = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'entra-'))
  const certificates = await certificatesIn(join(folder, 'tls'))
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificates.ca])
  const application = await generate([{ name: 'commonName', value: 'application' }])
  const known = directory(application.cert)
  const clock = { aheadMs: 0 }
  const start = (port = 0): Promise<LocalEntra> =>
    startEntra({
      tls: certificates,
      port,
      directory: known,
      stateFolder: join(folder, 'state'),
      nowMs: () => Date.now() + clock.aheadMs,
    })
  let part = await start()
  return {
    get part() {
      return part
    },
    get address() {
      return part.address
    },
    folder,
    /** Changes hold from the next request on. */
    partnerApp: known.partnerApp,
    clock,
    application,
    restart: async () => {
      const { port } = part
      await part.close()
      part = await start(port)
    },
    stop: async () => {
      await part.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const body = z.record(z.string(), z.unknown())

/** Asks the token endpoint as the partner application. */
export const askToken = (
  { address }: TestEntra,
  tenant: string,
  fields: Fields,
): Promise<{ status: number; body: Record<string, unknown> }> =>
  postForm(`${address}/${tenant}/oauth2/v2.0/token`, {
    client_id: appId,
    client_secret: 'app-secret',
    ...fields,
  })

export const postForm = async (url: string, fields: Fields, headers: Fields = {}) => {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers })
  return { status: answer.status, body: body.parse(await answer.json()) }
}

export const control = async ({ address }: TestEntra, path: string, json?: object) => {
  const method = json === undefined ? 'GET' : 'POST'
  const answer = await fetch(`${address}/_local/${path}`, {
    method,
    ...(json && { body: JSON.stringify(json) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: body.parse(text === '' ? {} : JSON.parse(text)) }
}

export const verifier = randomBytes(32).toString('base64url')

export const authorizeFields = {
  client_id: appId,
  redirect_uri: callback,
  response_type: 'code',
  response_mode: 'form_post',
  scope: `${partnerCenter}/user_impersonation ${graph}/User.Read.All openid profile offline_access`,
  state: 'the "state" & more',
  nonce: 'the-nonce',
  prompt: 'login',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
}

/** Does what a browser does: opens the sign-in page and presses one of its buttons. */
export const signIn = async (
  { address }: TestEntra,
  button: Fields,
  {
    tenant = contoso,
    fields = authorizeFields,
    path = 'oauth2/v2.0/authorize',
  }: {
    tenant?: string
    fields?: Fields
    path?: string
  } = {},
): Promise<Response> => {
  const url = `${address}/${tenant}/${path}?${new URLSearchParams(fields).toString()}`
  const page = await (await fetch(url)).text()
  const action = unescapeHtml(/<form method="post" action="([^"]+)"/.exec(page)?.[1] ?? '')
  return fetch(new URL(action, address), {
    method: 'POST',
    body: new URLSearchParams(button),
    redirect: 'manual',
  })
}

/** The hidden fields of a form_post page. */
export const postedFields = async (answer: Response): Promise<Fields> =>
  Object.fromEntries(
    [
      ...(await answer.text()).matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g),
    ].map(([, name = '', value = '']) => [name, unescapeHtml(value)]),
  )

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

const unescapeHtml = (text: string): string =>
  text.replace(/&(#?\w+);/g, (entity, name: string) => entities[name] ?? entity)

/** Signs a person in and gives the code. */
export const codeOf = async (
  entra: TestEntra,
  username: string,
  options?: Parameters<typeof signIn>[2],
): Promise<string> => {
  const { code, error_description } = await postedFields(await signIn(entra, { username }, options))
  if (!code) throw new Error(`no code: ${error_description ?? 'the page has no fields'}`)
  return code
}

export const codeFields = (code: string): Fields => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: callback,
  code_verifier: verifier,
  scope: `${partnerCenter}/.default openid profile offline_access`,
  client_info: '1',
})

/** Signs a person in at a tenant and gives the answer of the token endpoint. */
export const tokensOf = async (entra: TestEntra, username: string, tenant = contoso) => {
  const code = await codeOf(entra, username, { tenant })
  const answer = await askToken(entra, tenant, codeFields(code))
  return z
    .object({
      access_token: z.string(),
      refresh_token: z.string(),
      id_token: z.string(),
      client_info: z.string(),
    })
    .loose()
    .parse(answer.body)
}

export const refreshFields = (refreshToken: string, scope = `${graph}/.default`): Fields => ({
  grant_type: 'refresh_token',
  refresh_token: refreshToken,
  scope: `${scope} openid profile offline_access`,
  client_info: '1',
})

export const decodeInfo = (text: unknown): unknown =>
  JSON.parse(Buffer.from(String(text), 'base64url').toString('utf8'))

/** The sign-in of a public client, without PKCE. */
export const azureCliFields = {
  client_id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
  redirect_uri: 'http://localhost:8400/',
  response_type: 'code',
}
