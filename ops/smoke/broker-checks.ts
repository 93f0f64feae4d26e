import { randomBytes, randomUUID } from 'node:crypto'
import * as z from 'zod'
import { unless, type Check } from './check.ts'
import { isHostPage } from './page-rules.ts'
import { textOf, unlessStatus, visit, type Asked } from './visit.ts'

/** What the broker answers a machine that it lets in, and what it refuses even that one. */
export const brokerChecks = (broker: string): Check[] => [
  {
    name: 'broker: is alive',
    look: async () => unless(unlessStatus(await visit(`${broker}/health/live`), 200)),
    remedy:
      'with 403 this machine is refused: run this from callerAddresses, or with --denied; else deploy the app',
  },
  {
    name: 'broker: is ready, so every setting is there, and vault and tables answer',
    look: async () => unless(unlessStatus(await visit(`${broker}/health/ready`), 200)),
    remedy: 'look in the log of the broker app: it names each setting or store at fault',
  },
  {
    name: 'broker: describes itself as an authority, at this address',
    look: () => discovery(broker),
    remedy: 'set BROKER_URL (parameter brokerUrl) to the address that callers use',
  },
  {
    name: 'broker: does not show the page of the host',
    look: async () => unless(isHostPage(await visit(`${broker}/`)) && `it is the host's page`),
    remedy: 'set AzureWebJobsDisableHomepage to true',
  },
  ...guarded(broker).map(({ what, path, asked, wanted = [401, 403] }) => ({
    name: `broker: refuses ${what}`,
    look: async () => unless(unlessStatus(await visit(`${broker}${path}`, asked), ...wanted)),
    remedy: 'stop the app: this must never be answered. Then see which version is deployed',
  })),
]

type Guarded = { what: string; path: string; asked: Asked; wanted?: number[] }

const post = { method: 'POST' } as const

/** Requests that nobody may make. */
const guarded = (broker: string): Guarded[] => {
  const token = `/${randomUUID()}/oauth2/v2.0/token`
  const body = 'grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default'
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const json = { 'content-type': 'application/json' }
  const forged = { authorization: `Bearer ${tokenOfNobody(broker)}` }
  return [
    { what: 'to issue without a token', path: token, asked: { ...post, headers: form, body } },
    {
      what: 'to issue for a token of another audience',
      path: token,
      asked: { ...post, headers: { ...form, ...forged }, body },
    },
    { what: '/manage without a token', path: '/manage/partners', asked: {} },
    {
      what: '/manage for a token of another audience',
      path: '/manage/partners',
      asked: { headers: forged },
    },
    {
      what: '/internal without a token',
      path: '/internal/callback',
      asked: { ...post, headers: json, body: '{}' },
    },
    { what: '/whoami without a token', path: '/whoami', asked: {} },
    {
      what: `the host's own management`,
      path: '/admin/host/keys',
      asked: {},
      wanted: [401, 403, 404],
    },
  ]
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

// Of the right shape, for another audience, by nobody's key: no secret is needed to be refused.
const tokenOfNobody = (broker: string): string => {
  const now = Math.floor(Date.now() / 1000)
  const tid = randomUUID()
  const claims = {
    aud: 'https://graph.microsoft.com',
    iss: `https://login.microsoftonline.com/${tid}/v2.0`,
    tid,
    ver: '2.0',
    sub: broker,
    iat: now,
    nbf: now,
    exp: now + 600,
  }
  const signature = randomBytes(256).toString('base64url')
  return `${part({ alg: 'RS256', typ: 'JWT', kid: 'smoke' })}.${part(claims)}.${signature}`
}

const documentSchema = z.object({ issuer: z.string(), token_endpoint: z.string() })

const discovery = async (broker: string) => {
  const authority = randomUUID()
  const answer = await visit(`${broker}/${authority}/v2.0/.well-known/openid-configuration`)
  const status = unlessStatus(answer, 200)
  if (status !== undefined) return unless(status)
  const document = documentSchema.safeParse(parsed(textOf(answer))).data
  if (!document) return unless('it is no discovery document')
  const base = `${broker}/${authority}`
  return unless(
    document.issuer !== `${base}/v2.0` && `its issuer is ${document.issuer}`,
    document.token_endpoint !== `${base}/oauth2/v2.0/token` &&
      `its token endpoint is ${document.token_endpoint}`,
  )
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
