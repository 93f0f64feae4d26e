import {
  AuthenticationRequiredError,
  type ClientAssertionCredentialOptions,
  type TokenCredential,
} from '@azure/identity'
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createPipelineRequest,
  type PipelineRequest,
} from '@azure/core-rest-pipeline'
import { decodeJwt } from 'jose'
import { beforeAll, expect, inject, test } from 'vitest'
import type { Caller } from './support/ask-token.ts'
import { onboard } from './support/consent-flow.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { audiences } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { recorded, redemptions } from './support/recorded.ts'
import { partnerCredential, watchedCredential } from './support/sdk.ts'

const stack = inject('stack')
const { partnerCenter, graph, arm } = audiences
let partner: OwnPartner
let callers: Awaited<ReturnType<typeof issuingCallers>>

beforeAll(async () => {
  callers = await issuingCallers(stack)
  partner = await ownPartner(stack)
  await onboard(stack, partner)
})

const credentialFor = (authority: string, caller: Caller = callers.any): TokenCredential =>
  partnerCredential(stack, caller, authority)

/** Calls an API through the SDK's pipeline, as its generated clients do. */
const callApi = async (credential: TokenCredential, resource: string, url: string) => {
  const pipeline = createEmptyPipeline()
  const scopes = `${resource}/.default`
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes }))
  const request = createPipelineRequest({ url })
  const { status, bodyAsText } = await pipeline.sendRequest(createDefaultHttpClient(), request)
  const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
  const body: unknown = JSON.parse(bodyAsText ?? '')
  return { status, body, token }
}

test('an unmodified Azure SDK credential gets a Partner Center token and reads the partner profile', async () => {
  const url = `${stack.apis.partnerCenter}/v1/profiles/organization`
  const { status, body } = await callApi(credentialFor(partner.tenant), partnerCenter, url)
  expect(status).toBe(200)
  expect(body).toMatchObject({ id: partner.tenant, companyName: partner.name })
})

test('the same credential gets a Graph token of the person who consented', async () => {
  const url = `${stack.apis.graph}/v1.0/me`
  const { status, body } = await callApi(credentialFor(partner.tenant), graph, url)
  expect(status).toBe(200)
  expect(body).toMatchObject({ id: partner.ada.objectId })
})

test('an authority that names a customer gets an ARM token of the customer’s tenant', async () => {
  const authority = `${partner.tenant}.${partner.customer.tenant}`
  const url = `${stack.apis.arm}/subscriptions?api-version=2022-12-01`
  const { status, body } = await callApi(credentialFor(authority), arm, url)
  expect(status).toBe(200)
  expect(body).toMatchObject({ value: [{ tenantId: partner.customer.tenant }] })
})

test('a purpose in the authority chooses among those of the permission', async () => {
  const labelled = credentialFor(`${partner.tenant}.billing`, callers.several)
  const token = await labelled.getToken(`${graph}/.default`)
  expect(decodeJwt(token?.token ?? '').aud).toBe(graph)
})

test('a second call, with the capabilities that the pipeline adds, is answered from the cache', async () => {
  const other = await ownPartner(stack)
  await onboard(stack, other)
  const atConsent = await redemptions(stack, other.tenant, 'refresh_token')
  const first = await credentialFor(other.tenant).getToken(`${graph}/.default`)
  // A credential of its own, as in another process: the first one's cache would not even ask.
  const sent: PipelineRequest[] = []
  const options = seeing(sent)
  const second = watchedCredential(stack, {
    caller: callers.any,
    authority: other.tenant,
    options,
  })
  const { status, token } = await callApi(second, graph, `${stack.apis.graph}/v1.0/me`)
  expect(status).toBe(200)
  expect(token).toBe(first?.token)
  const tokenRequest = sent.find(({ url }) => url.includes('/oauth2/v2.0/token'))
  expect(fieldOf(tokenRequest, 'claims')).toContain('cp1')
  expect((await redemptions(stack, other.tenant, 'refresh_token')) - atConsent).toBe(1)
})

const fieldOf = (request: PipelineRequest | undefined, name: string): string | null =>
  typeof request?.body === 'string' ? new URLSearchParams(request.body).get(name) : null

/** The SDK's own way to look at what it sends. */
const seeing = (sent: PipelineRequest[]): ClientAssertionCredentialOptions => ({
  additionalPolicies: [
    {
      position: 'perCall',
      policy: {
        name: 'seeing',
        sendRequest: (request, next) => {
          sent.push(request)
          return next(request)
        },
      },
    },
  ],
})

test('each token is for one audience only, and is asked of Entra for that one', async () => {
  const credential = credentialFor(partner.tenant)
  for (const audience of [partnerCenter, graph, arm]) {
    const token = await credential.getToken(`${audience}/.default`)
    expect(decodeJwt(token?.token ?? '').aud).toBe(audience)
  }
  const asked = await recorded(stack.entra, `/${partner.tenant}/oauth2/v2.0/token`)
  const scopes = asked.map(({ form }) => form['scope'] ?? '')
  expect(scopes).not.toEqual([])
  for (const scope of scopes) expect(scope.match(/https:[^ ]+/g)).toHaveLength(1)
})

test('a token for one audience is refused by the others', async () => {
  const token = await credentialFor(partner.tenant).getToken(`${graph}/.default`)
  const headers = { authorization: `Bearer ${token?.token}` }
  const answer = await fetch(`${stack.apis.partnerCenter}/v1/profiles/organization`, { headers })
  expect(answer.status).toBe(401)
})

test('what the SDK shows of a refusal says what happened, who must do what, and where', async () => {
  const stranger = crypto.randomUUID()
  const refusal = credentialFor(stranger).getToken(`${graph}/.default`)
  const error: unknown = await refusal.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AuthenticationRequiredError)
  const message = error instanceof Error ? error.message : ''
  expect(message).toContain("consent_needed: the partner has not consented yet. The partner's")
  expect(message).toContain('administrator must consent')
  expect(message).toContain(`${stack.onboarding}/renew/${stranger}`)
  expect(message).toMatch(/Correlation ID: [0-9a-f-]{36}/)
})

test('the SDK reads the discovery document of any well-formed authority, known or not', async () => {
  for (const authority of [
    partner.tenant,
    `${crypto.randomUUID()}.${crypto.randomUUID()}.billing`,
  ]) {
    const answer = await fetch(`${stack.broker}/${authority}/v2.0/.well-known/openid-configuration`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      issuer: `${stack.broker}/${authority}/v2.0`,
      token_endpoint: `${stack.broker}/${authority}/oauth2/v2.0/token`,
    })
  }
})
