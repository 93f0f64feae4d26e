import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  appId,
  authorizeFields,
  callback,
  codeFields,
  codeOf,
  contoso,
  control,
  customer,
  fabrikam,
  graph,
  askToken,
  partnerCenter,
  postedFields,
  signIn,
  startTestEntra,
  type TestEntra,
} from './entra-fixture.ts'

let entra: TestEntra
beforeAll(async () => {
  entra = await startTestEntra()
})
afterAll(() => entra.stop())

const ada = { username: 'ada@contoso.example' }
const consentTo = (resource: string, granted: boolean) =>
  control(entra, 'consent', { tenant: contoso, resource, granted })

const open = (changes: Record<string, string | undefined>, tenant = contoso) => {
  const fields = Object.entries({ ...authorizeFields, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const query = new URLSearchParams(fields).toString()
  return fetch(`${entra.address}/${tenant}/oauth2/v2.0/authorize?${query}`, { redirect: 'manual' })
}

test('the sign-in page is one form with a button per person, of this tenant first, and one to cancel', async () => {
  const page = await (await open({})).text()
  expect(page.match(/<form/g)).toHaveLength(1)
  const names = [...page.matchAll(/name="username" value="([^"]+)"/g)].map((match) => match[1])
  expect(names).toEqual([
    'ada@contoso.example',
    'ben@contoso.example',
    'cas@contoso.example',
    'gus@guest.example',
    'fay@fabrikam.example',
    'ops@operator.example',
  ])
  expect(page.indexOf('People of other tenants')).toBeGreaterThan(page.indexOf('gus@guest'))
  expect(page.indexOf('People of other tenants')).toBeLessThan(page.indexOf('fay@fabrikam'))
  expect(page).toContain('<button type="submit" name="cancel" value="1">')
  expect(page).toContain('Local stand-in for Microsoft Entra ID')
  expect(page).toContain('Marketplace &lt;Broker&gt;')
})

test('form_post takes code and state back in a form that also works without JavaScript', async () => {
  const answer = await signIn(entra, ada)
  const page = await answer.clone().text()
  expect(page).toContain(`<form method="post" action="${callback}">`)
  expect(page).toContain('<button type="submit"')
  expect(page).toContain('document.forms[0].submit()')
  const fields = await postedFields(answer)
  expect(fields.state).toBe(authorizeFields.state)
  expect(fields.code).toMatch(/.{40,}/)
})

test('query and fragment take code and state back in a redirect', async () => {
  for (const [mode, mark] of [
    ['query', '?'],
    ['fragment', '#'],
  ] as const) {
    const answer = await signIn(entra, ada, { fields: { ...authorizeFields, response_mode: mode } })
    expect(answer.status).toBe(302)
    const [target, rest] = (answer.headers.get('location') ?? '').split(mark)
    expect(target).toBe(callback)
    expect(new URLSearchParams(rest).get('state')).toBe(authorizeFields.state)
    expect(new URLSearchParams(rest).get('code')).toBeTruthy()
  }
})

test('the hinted person has the focus, and a guest shows nothing of her roles at home', async () => {
  const page = await (await open({ login_hint: 'Ben@contoso.example' })).text()
  expect(page.match(/autofocus/g)).toHaveLength(1)
  expect(page).toContain('value="ben@contoso.example" autofocus')
  expect(page).toMatch(/gus@guest\.example<\/span> <span class="detail">Guest · signs in with MFA</)
})

test('an authorize request may also be posted', async () => {
  const answer = await fetch(`${entra.address}/${contoso}/oauth2/v2.0/authorize`, {
    method: 'POST',
    body: new URLSearchParams(authorizeFields),
  })
  expect(await answer.text()).toContain('name="username" value="ada@contoso.example"')
})

test('cancelling goes back as access_denied', async () => {
  const fields = await postedFields(await signIn(entra, { cancel: '1' }))
  expect(fields).toMatchObject({ error: 'access_denied', state: authorizeFields.state })
  expect(fields.error_description).toMatch(
    /^AADSTS65004: .+ Trace ID: .+ Correlation ID: .+ Timestamp: \d{4}-.+Z$/,
  )
})

test.each([
  ['an unknown redirect URI', { redirect_uri: `${callback}/` }, 50011],
  ['no redirect URI', { redirect_uri: undefined }, 900971],
  ['no client id', { client_id: undefined }, 900144],
  ['an unknown client', { client_id: contoso }, 700016],
  ['an unknown response mode', { response_mode: 'web_message' }, 70007],
])('%s is told on a page and never sent anywhere', async (_, changes, code) => {
  const answer = await open(changes)
  expect(answer.status).toBe(400)
  expect(answer.headers.get('location')).toBeNull()
  const page = await answer.text()
  expect(page).toContain(`AADSTS${code}:`)
  expect(page).not.toContain('<form')
})

test('an unknown tenant is told on a page', async () => {
  const answer = await open({}, appId)
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('AADSTS90002')
})

test.each([
  ['response_type=token', { response_type: 'token' }, ['unsupported_response_type', 70005]],
  ['no response type', { response_type: undefined }, ['invalid_request', 900144]],
  ['no scope', { scope: undefined }, ['invalid_request', 900144]],
  ['an unknown resource', { scope: 'https://x.example/.default' }, ['invalid_resource', 500011]],
  [
    '.default of two resources',
    { scope: `${graph}/.default ${partnerCenter}/.default` },
    ['invalid_scope', 70011],
  ],
  ['prompt=admin_consent', { prompt: 'admin_consent' }, ['invalid_request', 901001]],
  ['prompt=none', { prompt: 'none' }, ['login_required', 50058]],
  ['a resource parameter', { resource: graph }, ['invalid_request', 901002]],
  ['a plain challenge', { code_challenge_method: 'plain' }, ['invalid_request', 50149]],
  ['a challenge of the wrong size', { code_challenge: 'short' }, ['invalid_request', 501491]],
] as const)('%s is refused at the redirect URI', async (_, changes, [error, code]) => {
  const answer = await open({ ...changes, response_mode: 'query' })
  const location = new URL(answer.headers.get('location') ?? '')
  expect(location.searchParams.get('error')).toBe(error)
  expect(location.searchParams.get('error_description')).toContain(`AADSTS${code}:`)
  expect(location.searchParams.get('state')).toBe(authorizeFields.state)
})

test('a person of another tenant is stopped at Entra, with the way back to the choice', async () => {
  const answer = await signIn(entra, { username: 'fay@fabrikam.example' })
  expect(answer.status).toBe(400)
  const page = await answer.text()
  expect(page).toContain('AADSTS50020')
  expect(page).toContain('Choose another account')
  const stranger = await signIn(entra, { username: 'who@nowhere.example' })
  expect(await stranger.text()).toContain('AADSTS50034')
})

test('at /organizations everyone signs in at the home tenant', async () => {
  const code = await codeOf(entra, 'fay@fabrikam.example', { tenant: 'organizations' })
  const refused = await askToken(entra, contoso, codeFields(code))
  expect(refused.body.error_codes).toEqual([700005])
  expect((await askToken(entra, fabrikam, codeFields(code))).status).toBe(200)
})

test('an administrator or agent consents by signing in; others need that it was done', async () => {
  const cas = { username: 'cas@contoso.example' }
  for (const resource of [graph, partnerCenter]) await consentTo(resource, false)
  const refused = await postedFields(await signIn(entra, cas))
  expect(refused.error).toBe('consent_required')
  expect(refused.error_description).toContain('AADSTS65001')
  await control(entra, 'consent', { agentsMayConsent: false })
  const agent = { username: 'ben@contoso.example' }
  expect((await postedFields(await signIn(entra, agent))).error).toBe('consent_required')
  await control(entra, 'consent', { agentsMayConsent: true })
  expect((await postedFields(await signIn(entra, agent))).code).toBeTruthy()
  expect((await postedFields(await signIn(entra, cas))).code).toBeTruthy()
})

test('a guest cannot consent for the tenant, whatever she is at home', async () => {
  for (const resource of [graph, partnerCenter]) await consentTo(resource, false)
  const guest = await postedFields(await signIn(entra, { username: 'gus@guest.example' }))
  expect(guest.error).toBe('consent_required')
})

const approve = (button: Record<string, string>, tenant = contoso) =>
  signIn(entra, button, {
    tenant,
    path: 'v2.0/adminconsent',
    fields: { client_id: appId, redirect_uri: callback, state: 's', scope: `${graph}/.default` },
  })
const backWith = (answer: Response) =>
  Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams)

test('an administrator approves the application for the tenant, and no code is given', async () => {
  for (const resource of [graph, partnerCenter]) await consentTo(resource, false)
  expect(backWith(await approve(ada))).toEqual({
    admin_consent: 'True',
    tenant: contoso,
    scope: `${graph}/.default`,
    state: 's',
  })
  const cas = await postedFields(await signIn(entra, { username: 'cas@contoso.example' }))
  expect(cas.code).toBeTruthy()
})

test('only an administrator of the tenant approves', async () => {
  const agent = backWith(await approve({ username: 'ben@contoso.example' }))
  expect(agent).toMatchObject({ admin_consent: 'True', error: 'consent_required', state: 's' })
  expect(agent.error_description).toContain('AADSTS90094')
  const guest = backWith(await approve({ username: 'gus@guest.example' }))
  expect(guest.error_description).toContain('AADSTS90094')
  const cancelled = backWith(await approve({ cancel: '1' }))
  expect(cancelled.error_description).toContain('AADSTS65004')
  expect(await (await approve(ada, customer)).text()).toContain('AADSTS50020')
})
