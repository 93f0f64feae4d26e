import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import {
  assertionType,
  customer,
  fields,
  ordinary,
  parse,
  partner,
  refusalOf,
  type Field,
} from './token-requests.ts'

test('an ordinary request says partner, audience and who asks', async () => {
  expect(await parse({})).toEqual({
    partner,
    audience: 'https://graph.microsoft.com',
    scopes: ['https://graph.microsoft.com/.default'],
    callerToken: 'a.b.c',
  })
})

test('customer and purpose come from the path', async () => {
  const { customer: found, purpose } = await parse({ authority: `${partner}.${customer}.billing` })
  expect([found, purpose]).toEqual([customer, 'billing'])
})

test.each([
  'scope',
  'grant_type',
  'client_assertion',
  'client_assertion_type',
  'client_id',
  'purpose',
  'claims',
])('a repeated %s is refused by name, be both the same', async (name) => {
  const value = Object.fromEntries(fields({ purpose: 'x', client_id: partner, claims: '{}' }))[name]
  const form: Field[] = [...fields({ [name]: value }), [name, String(value)]]
  const { code, message } = await refusalOf({ form })
  expect(code).toBe('request_malformed')
  expect(message).toContain(`${name} is sent more than once`)
})

test('a repeated parameter that is none of ours is ignored', async () => {
  const form: Field[] = [
    ...ordinary,
    ['client_info', '1'],
    ['client_info', '1'],
    ['x-client-SKU', 'x'],
  ]
  await expect(parse({ form })).resolves.toHaveProperty('partner', partner)
})

test('both authentications at once are refused, whichever way the header is spelled', async () => {
  for (const authorization of ['Bearer a.b.c', 'bearer x', 'Basic eDp5', '']) {
    const { message } = await refusalOf({ headers: { authorization } })
    expect(message).toContain('not both')
  }
})

test('the caller proves itself by the bearer header instead', async () => {
  const form = fields({ client_assertion: undefined, client_assertion_type: undefined })
  for (const [authorization, token] of [
    ['Bearer a.b.c', 'a.b.c'],
    ['bearer   a.b.c ', 'a.b.c'],
    ['Bearer a b', undefined],
    ['Bearer', undefined],
    ['Basic eDp5', undefined],
    ['xBearer a.b.c', undefined],
  ] as const) {
    const read = await parse({ form, headers: { authorization } })
    expect(read.callerToken).toBe(token)
  }
})

test('an assertion of another type is refused', async () => {
  const saml = 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer'
  for (const type of [undefined, saml, ` ${assertionType}`]) {
    const { message } = await refusalOf({ form: fields({ client_assertion_type: type }) })
    expect(message).toContain('client_assertion_type must be')
  }
})

test('only client_credentials is granted', async () => {
  const missing = await refusalOf({ form: fields({ grant_type: undefined }) })
  expect(missing.detail.error).toBe('invalid_request')
  for (const grant_type of ['authorization_code', 'refresh_token', 'Client_Credentials']) {
    const { detail } = await refusalOf({ form: fields({ grant_type }) })
    expect(detail.error).toBe('unsupported_grant_type')
  }
})

test('a purpose in field and path must agree', async () => {
  const authority = `${partner}.billing`
  expect((await parse({ authority, form: fields({ purpose: 'billing' }) })).purpose).toBe('billing')
  expect((await parse({ form: fields({ purpose: 'support' }) })).purpose).toBe('support')
  expect((await refusalOf({ authority, form: fields({ purpose: 'support' }) })).message).toContain(
    'differ',
  )
  for (const purpose of ['Billing', 'a b', 'a'.repeat(41), customer, 'ä', 'a\n']) {
    expect((await refusalOf({ form: fields({ purpose }) })).message).toContain('purpose must be')
  }
})

test('a client_id is a GUID in any case', async () => {
  const upper = partner.toUpperCase()
  expect((await parse({ form: fields({ client_id: upper }) })).clientId).toBe(partner)
  const { message } = await refusalOf({ form: fields({ client_id: `${partner} ` }) })
  expect(message).toContain('client_id')
})

test.each([
  '',
  '.',
  '..',
  'common',
  'organizations',
  'contoso.example',
  `${partner}.`,
  `.${partner}`,
  `${partner}..billing`,
  `${partner}.${customer}.${customer}`,
  `${partner}.billing.${customer}`,
  `${partner}.${customer}.billing.x`,
  `${partner}.Billing`,
  `${partner}%2e${customer}`,
  `${partner}%2Foauth2`,
  `${partner}/..`,
  `../${partner}`,
  `${partner}\\..`,
  `${partner}\u0000`,
  `${partner} `,
  ` ${partner}`,
  `${partner}\n`,
  `{${partner}}`,
  `${partner}.${'a'.repeat(41)}`,
  partner.replaceAll('-', ''),
  partner.replace('0f', '０f'),
])('the authority %j is refused', async (authority) => {
  const { code, message } = await refusalOf({ authority })
  expect(code).toBe('request_malformed')
  expect(message).toContain('the path must begin with')
})

test('a body of another type or above 64 KB is refused', async () => {
  for (const type of ['application/json', 'multipart/form-data', 'text/plain', '']) {
    const { message } = await refusalOf({ headers: { 'content-type': type } })
    expect(message).toContain('application/x-www-form-urlencoded')
  }
  const charset = 'Application/X-WWW-Form-URLEncoded; charset=UTF-8'
  await expect(parse({ headers: { 'content-type': charset } })).resolves.toBeTruthy()
  const large = await refusalOf({ form: [...ordinary, ['x', 'x'.repeat(65_536)]] })
  expect(large.message).toContain('larger than')
  const stated = await refusalOf({ headers: { 'content-length': '99999999' } })
  expect(stated.message).toContain('larger than')
})

const known = [
  'grant_type',
  'scope',
  'client_assertion',
  'client_assertion_type',
  'client_id',
  'purpose',
  'claims',
]
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.constantFrom(
    'client_credentials',
    'https://graph.microsoft.com/.default',
    'https://graph.microsoft.com/.default https://management.azure.com/.default',
    assertionType,
    partner,
    'billing',
    '{"access_token":[1]}',
    '{"access_token":{"__proto__":{"essential":true}}}',
  ),
)
const body = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...known), fc.string()), value), { maxLength: 9 })
    .map((pairs) => new URLSearchParams(pairs).toString()),
)
const authority = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof(fc.uuid(), fc.constantFrom(partner, 'billing', '', '..', '%2e')), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.join('.')),
)

test('whatever is sent, the answer is a request of one audience or request_malformed', async () => {
  await fc.assert(
    fc.asyncProperty(authority, body, async (sentTo, form) => {
      const outcome = await parse({ authority: sentTo, form }).catch((thrown: unknown) => thrown)
      if (outcome instanceof BrokerError) {
        expect(outcome.code).toBe('request_malformed')
        return
      }
      expect(outcome).toMatchObject({ partner: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    }),
    { numRuns: 2000 },
  )
})
