import { beforeAll, describe, expect, inject, test } from 'vitest'
import { callerToken, callerWithRole } from '../../local/stack/caller-token.ts'
import { expectNoCalls } from './support/expect-no-calls.ts'
import { audiences } from './support/management.ts'
import { assertionType, postToken, type RawRequest } from './support/post-token.ts'
import { newestOf } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'

const stack = inject('stack')
const caller = callerWithRole(stack, 'Token.Issue')
const { partnerCenter, graph } = audiences
const partner = crypto.randomUUID()
const customer = crypto.randomUUID()
const json = { 'content-type': 'application/json' }
const twice = (value: string): string[] => [value, value]
let assertion: string

beforeAll(async () => {
  assertion = await callerToken(stack, caller)
})

type Case = [what: string, request: RawRequest, says: string]

const inForm: Case[] = [
  ['a body of JSON', { headers: json, body: '{}' }, 'application/x-www-form-urlencoded'],
  ['a body of no type', { headers: { 'content-type': '' }, body: 'x' }, 'x-www-form-urlencoded'],
  ['a body that is empty', { body: '' }, 'grant_type is missing'],
  ['a body of more than 64 KB', { fields: { filler: 'x'.repeat(66_000) } }, 'larger than 65536'],
  ['no grant_type', { fields: { grant_type: undefined } }, 'send grant_type=client_credentials'],
  ['an empty grant_type', { fields: { grant_type: '' } }, 'grant_type is missing'],
  ['no scope', { fields: { scope: undefined } }, 'send {audience}/.default'],
  ['two grant_type', { fields: { grant_type: twice('client_credentials') } }, 'grant_type is sent'],
  ['two scope', { fields: { scope: twice(`${graph}/.default`) } }, 'scope is sent more than once'],
  ['two client_assertion', { fields: { client_assertion: twice('x.y.z') } }, 'client_assertion is'],
  ['two purpose', { fields: { purpose: twice('billing') } }, 'purpose is sent more than once'],
  ['two client_id', { fields: { client_id: twice(partner) } }, 'client_id is sent more than once'],
  ['two claims', { fields: { claims: twice('{}') } }, 'claims is sent more than once'],
  ['a client_id that is no GUID', { fields: { client_id: 'me' } }, 'client_id must be a GUID'],
  ['a purpose in capitals', { fields: { purpose: 'Billing' } }, 'purpose must be 1 to 40 of'],
  ['a purpose that is a GUID', { fields: { purpose: partner } }, 'not a GUID'],
  ['no assertion type', { fields: { client_assertion_type: undefined } }, assertionType],
  ['another assertion type', { fields: { client_assertion_type: 'saml' } }, assertionType],
  ['claims that are not JSON', { fields: { claims: '{' } }, 'claims must be a JSON object'],
  ['claims that are a list', { fields: { claims: '[]' } }, 'claims must be a JSON object'],
  ['claims of a wrong member', { fields: { claims: '{"access_token":1}' } }, 'claims.access_token'],
  ['claims of more than 4 KB', { fields: { claims: `{"a":"${'x'.repeat(4096)}"}` } }, '4096'],
]

const inAuthority: Case[] = [
  ['a name instead of a tenant id', { authority: 'common' }, 'tenant ids (GUIDs)'],
  ['a domain instead of a tenant id', { authority: 'fabrikam.example' }, 'tenant ids (GUIDs)'],
  ['a GUID in braces', { authority: `%7B${partner}%7D` }, 'tenant ids (GUIDs)'],
  ['a trailing dot', { authority: `${partner}.` }, '{partner}[.{customer}][.{purpose}]'],
  ['an empty customer', { authority: `${partner}..billing` }, 'tenant ids (GUIDs)'],
  ['a purpose before the customer', { authority: `${partner}.billing.${customer}` }, 'GUIDs'],
  ['three tenants', { authority: `${partner}.${customer}.${customer}` }, 'optionally a purpose'],
  ['four labels', { authority: `${partner}.${customer}.billing.more` }, 'optionally a purpose'],
  ['a label in capitals', { authority: `${partner}.Billing` }, 'optionally a purpose'],
  ['a label of 41 characters', { authority: `${partner}.${'a'.repeat(41)}` }, 'a purpose of'],
  [
    'a label that is not the purpose of the form',
    { authority: `${partner}.support`, fields: { purpose: 'billing' } },
    'purpose and the label in the path differ',
  ],
]

const inScope: Case[] = [
  ['two audiences', { fields: { scope: `${graph}/.default ${partnerCenter}/.default` } }, 'one'],
  ['Azure AD Graph', { fields: { scope: 'https://graph.windows.net/.default' } }, 'retired'],
  ['a foreign audience', { fields: { scope: 'https://vault.azure.net/.default' } }, 'does not'],
  ['OpenID scopes alone', { fields: { scope: 'openid offline_access' } }, 'names no audience'],
  ['a bare permission', { fields: { scope: 'User.Read.All' } }, 'does not issue for'],
  ['.default beside more', { fields: { scope: `${graph}/.default ${graph}/User.Read` } }, 'mixes'],
  ['a permission of odd characters', { fields: { scope: `${graph}/a*b` } }, 'permission name'],
]

describe('a malformed request names the field at fault and the remedy', () => {
  test.each([...inForm, ...inAuthority])('%s', async (_, request, says) => {
    expectRefusal(await postToken(stack, assertion, request), { code: 'request_malformed', says })
  })

  test.each(inScope)('in scope: %s', async (_, request, says) => {
    const answer = await postToken(stack, assertion, request)
    expectRefusal(answer, { code: 'request_malformed', error: 'invalid_scope', says })
  })

  test.each(['authorization_code', 'refresh_token', 'password'])(
    'a grant type that the broker does not have: %s',
    async (grantType) => {
      const answer = await postToken(stack, assertion, { fields: { grant_type: grantType } })
      const error = 'unsupported_grant_type'
      expectRefusal(answer, { code: 'request_malformed', error, says: 'client_credentials' })
    },
  )

  test('both an assertion and a bearer token', async () => {
    const headers = { authorization: `Bearer ${assertion}` }
    const answer = await postToken(stack, assertion, { headers })
    expectRefusal(answer, { code: 'request_malformed', says: 'not both' })
  })
})

test('the form is read before the caller is: a stranger learns only what is wrong with his form', async () => {
  const answer = await postToken(stack, 'no.such.token', { fields: { scope: undefined } })
  expectRefusal(answer, { code: 'request_malformed', says: 'scope is missing' })
})

test('a malformed request costs no call to Entra, the vault or the tables', async () => {
  await expectNoCalls(calls, async () => {
    for (const [, request] of [...inForm, ...inAuthority, ...inScope]) {
      await postToken(stack, assertion, request)
    }
  })
})

const calls = () => newestOf([stack.entra, stack.vault, stack.tables])

test('the token endpoint answers nothing but POST', async () => {
  const answer = await fetch(`${stack.broker}/${partner}/oauth2/v2.0/token`)
  expect(answer.status).toBe(404)
})

test('a refusal echoes the caller’s id when it is an id, and never anything else', async () => {
  const id = crypto.randomUUID()
  expect(await echoOf({ headers: { 'client-request-id': id } })).toBe(id)
  expect(await echoOf({ query: `?client-request-id=${id}` })).toBe(id)
  expect(await echoOf({ fields: { 'client-request-id': id, scope: undefined } })).toBe(id)
  expect(await echoOf({ headers: { 'client-request-id': '<script>' } })).toBeNull()
})

const echoOf = async (request: RawRequest) => {
  const answer = await postToken(stack, 'no.such.token', request)
  return answer.headers.get('client-request-id')
}
