import * as fc from 'fast-check'
import type { RawRequest } from './raw-request.ts'

/** Who a hostile request says it is: one of the tokens at hand, or none. */
export type Claimed = 'unknown' | 'roleless' | 'reader' | 'relay' | 'manager' | 'nobody'

export type HostileRequest = {
  app: 'broker' | 'onboarding'
  claimed: Claimed
  request: RawRequest & { path: string; method: string; headers: Record<string, string> }
}

const guid = fc.uuid()
const label = fc.stringMatching(/^[a-z0-9-]{1,40}$/)
const hostileText = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    '..%2f..%2f',
    '%00',
    '%',
    '%zz',
    '%c0%ae',
    '%E2%80%A8',
    '%0d%0aset-cookie:a=b',
    "'%20or%20'1'%20eq%20'1",
    '<script>',
    '__proto__',
    'constructor',
    '{authority}',
    '$batch',
    'null',
    '*',
    '~',
    'a'.repeat(3000),
  ),
  fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => encodeURIComponent(text)),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }).map((text) => encodeURIComponent(text)),
)

const segment = fc.oneof(
  guid,
  fc.tuple(guid, guid).map((both) => both.join('.')),
  fc.tuple(guid, label).map((both) => both.join('.')),
  label,
  fc.base64String({ minLength: 40, maxLength: 44 }).map((text) => encodeURIComponent(text)),
  hostileText,
)

const manageWord = fc.constantFrom(
  'invitations',
  'permissions',
  'lockdowns',
  'partners',
  'audit',
  'explain',
  'report',
  'events/failed',
)
const verb = fc.oneof(fc.constantFrom('invitation', 'sign-in', 'callback'), segment)
const plainPath = fc.constantFrom(
  '/',
  '/whoami',
  '/health/live',
  '/health/ready',
  '/consent/callback',
  '/consent/approved',
  '/partner',
  '/partner/renew',
  '/.well-known/security.txt',
  '/favicon.ico',
)
const authority = fc.oneof({ weight: 2, arbitrary: guid }, { weight: 1, arbitrary: segment })
const managePath = fc.oneof(
  manageWord.map((word) => `/manage/${word}`),
  fc.tuple(manageWord, segment).map((both) => `/manage/${both.join('/')}`),
)

type Place = { path: string; usual: string }

const route = (weight: number, usual: string, paths: fc.Arbitrary<string>) => ({
  weight,
  arbitrary: paths.map((path): Place => ({ path, usual })),
})

const place = fc.oneof(
  route(
    6,
    'POST',
    authority.map((one) => `/${one}/oauth2/v2.0/token`),
  ),
  route(
    2,
    'GET',
    authority.map((one) => `/${one}/v2.0/.well-known/openid-configuration`),
  ),
  route(3, 'GET', managePath),
  route(3, 'POST', managePath),
  route(1, 'PUT', managePath),
  route(1, 'DELETE', managePath),
  route(
    3,
    'POST',
    verb.map((one) => `/internal/${one}`),
  ),
  route(1, 'GET', plainPath),
  route(
    1,
    'GET',
    fc.array(segment, { maxLength: 4 }).map((all) => `/${all.join('/')}`),
  ),
)
const publicPlace = fc.oneof(
  route(
    3,
    'GET',
    segment.map((one) => `/onboard/${one}`),
  ),
  route(
    2,
    'POST',
    segment.map((one) => `/onboard/${one}`),
  ),
  route(
    2,
    'GET',
    segment.map((one) => `/renew/${one}`),
  ),
  route(3, 'POST', fc.constant('/consent/callback')),
  route(1, 'GET', plainPath),
)

const query = fc
  .array(
    fc.tuple(
      fc.constantFrom('top', 'after', 'from', 'to', 'partner', 'caller', 'client-request-id', 'x'),
      fc.oneof(hostileText, guid, fc.integer().map(String)),
    ),
    { maxLength: 3 },
  )
  .map((all) => (all.length === 0 ? '' : `?${all.map((one) => one.join('=')).join('&')}`))

// What a header may hold on the wire: no control characters, else no server reads the request.
const headerText = fc
  .array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0xa0, max: 0xff })), {
    maxLength: 60,
  })
  .map((codes) => String.fromCharCode(...codes))

const headerNames = [
  'accept',
  'accept-language',
  'authorization',
  'client-request-id',
  'content-encoding',
  'content-type',
  'cookie',
  'if-match',
  'if-none-match',
  'origin',
  'sec-fetch-site',
  'traceparent',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-http-method-override',
  'x-ms-client-principal',
  'x-original-url',
]
const headers = fc.dictionary(fc.constantFrom(...headerNames), headerText, { maxKeys: 5 })

const formName = fc.constantFrom(
  'grant_type',
  'scope',
  'client_id',
  'client_assertion',
  'client_assertion_type',
  'purpose',
  'claims',
  'min_lifetime',
  'client-request-id',
  'state',
  'code',
  'error',
  'error_description',
)
const formValue = fc.oneof(
  fc.constantFrom(
    'client_credentials',
    'https://graph.microsoft.com/.default',
    'https://management.azure.com/.default offline_access',
    'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    'eyJhbGciOiJub25lIn0.e30.',
    '{"access_token":{"nbf":{"essential":true}}}',
    '99999',
  ),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.json({ maxDepth: 3 }),
  guid,
)
const form = fc
  .array(fc.tuple(formName, formValue), { maxLength: 8 })
  .map((pairs) => new URLSearchParams(pairs).toString())

// Enough of a token request that only the last checks can refuse it.
const nearlyRight = fc
  .array(fc.tuple(formName, formValue), { maxLength: 1 })
  .map((pairs) =>
    new URLSearchParams([
      ['grant_type', 'client_credentials'],
      ['scope', 'https://graph.microsoft.com/.default'],
      ...pairs,
    ]).toString(),
  )

const bodyNames = [
  'partner',
  'audiences',
  'displayName',
  'contact',
  'language',
  'validForDays',
  'caller',
  'partners',
  'customers',
  'purposes',
  'networks',
  'notAfter',
  'mode',
  'link',
  'state',
  'browser',
  'answer',
  'reason',
  '__proto__',
]
const jsonBody = fc
  .dictionary(fc.constantFrom(...bodyNames), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 8 })
  .map((value) => JSON.stringify(value))

const formType = 'application/x-www-form-urlencoded'

const body = fc.oneof(
  { weight: 3, arbitrary: nearlyRight.map((text) => ({ type: formType, text })) },
  { weight: 2, arbitrary: form.map((text) => ({ type: formType, text })) },
  { weight: 3, arbitrary: jsonBody.map((text) => ({ type: 'application/json', text })) },
  { weight: 1, arbitrary: fc.json().map((text) => ({ type: 'application/json', text })) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 200 })
      .map((bytes) => ({ type: formType, text: Buffer.from(bytes) })),
  },
)

const bodiless = new Set(['GET', 'HEAD', 'OPTIONS'])

const anyMethod = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS')
const claims = fc.constantFrom<Claimed[]>(
  'unknown',
  'unknown',
  'roleless',
  'reader',
  'relay',
  'manager',
  'nobody',
)

const requestsTo = (app: HostileRequest['app'], places: fc.Arbitrary<Place>) =>
  fc
    .record({
      place: places,
      method: fc.oneof(
        { weight: 8, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: anyMethod },
      ),
      claimed: claims,
      query,
      headers,
      body,
    })
    .map((made): HostileRequest => {
      const { path, usual } = made.place
      const method = made.method ?? usual
      return {
        app,
        claimed: mayClaim(made.claimed, method, path),
        request: {
          method,
          path: `${path}${made.query}`,
          headers: { 'content-type': made.body.type, ...made.headers },
          ...(!bodiless.has(method) && { body: made.body.text }),
        },
      }
    })

/** Requests over every route and method, each wrong in a way of its own. */
export const hostileRequests: fc.Arbitrary<HostileRequest> = fc.oneof(
  { weight: 4, arbitrary: requestsTo('broker', place) },
  { weight: 1, arbitrary: requestsTo('onboarding', publicPlace) },
)

// A manager's request may be right by accident: then it must not stop, or open, anything of others.
const mayClaim = (claimed: Claimed, method: string, path: string): Claimed => {
  const isHarmless = method === 'GET' || /^\/manage\/(?:invitations|permissions)/.test(path)
  return claimed !== 'manager' || isHarmless ? claimed : 'nobody'
}
