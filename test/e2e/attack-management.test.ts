import { beforeAll, describe, expect, inject, test } from 'vitest'
import { callerToken, callerWithRole } from '../../local/stack/caller-token.ts'
import { claimsOf, mint } from './support/entra-controls.ts'
import { audiences, manage } from './support/management.ts'
import { ownPartner } from './support/own-partner.ts'
import { postToken } from './support/post-token.ts'
import { jsonOf, rawRequest } from './support/raw-request.ts'

const stack = inject('stack')
const evil = 'evil.example'
let application: string

beforeAll(async () => {
  application = await callerToken(stack, callerWithRole(stack, 'Broker.Manage'))
})

const get = (path: string, token = application) =>
  rawRequest(stack.broker, { path, headers: { authorization: `Bearer ${token}` } })

const line = `x\r\nalarm_forged ${evil}`
const script = '<script>alert(1)</script>'

describe('a reason', () => {
  const revoke = (reason: string) => async () => {
    const { tenant } = await ownPartner(stack)
    const path = `/manage/partners/${tenant}/revoke`
    return manage(stack, { method: 'POST', path, body: { reason } })
  }
  const lockdown = (reason: string) => async () =>
    manage(stack, {
      method: 'PUT',
      path: `/manage/lockdowns/attack-${crypto.randomUUID()}`,
      body: { scope: 'partner', id: crypto.randomUUID(), reason },
    })

  test.each([
    ['a revocation', revoke(line)],
    ['a lockdown', lockdown(line)],
  ])('of %s with line ends is refused', async (_, send) => {
    const answer = await send()
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ field: 'reason' })
  })

  test('with markup stays JSON that no browser takes for a page', async () => {
    const answer = await lockdown(script)()
    expect(answer.status).toBe(201)
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await answer.json()).toMatchObject({ reason: script })
  })
})

describe('what is looked for cannot become a part of the query', () => {
  const injected = encodeURIComponent("x' or '1' eq '1")
  const of = (query: string) =>
    `/manage/audit?from=2026-01-01T00:00:00Z&to=2030-01-01T00:00:00Z${query}`

  test.each([
    of(`&partner=${injected}`),
    of(`&caller=${injected}`),
    of(`&correlation=${injected}`),
    of(`&partner=${crypto.randomUUID()}'`),
    `/manage/audit?from=${injected}`,
    `/manage/partners?status=${injected}`,
    `/manage/partners/${injected}`,
    `/manage/invitations?after=${injected}`,
    `/manage/invitations?top=${injected}`,
    `/manage/partners/${crypto.randomUUID()}%27`,
  ])('%s', async (path) => {
    expect((await get(path)).status).toBe(400)
  })

  test.each([`/manage/invitations/${injected}`, '/manage/invitations/..%2f..%2fpolicy'])(
    '%s is nothing that there is',
    async (path) => {
      expect([400, 404]).toContain((await get(path)).status)
    },
  )
})

describe('a body cannot set what only the broker decides', () => {
  const invitation = { partner: crypto.randomUUID(), audiences: [audiences.graph] }
  const permission = {
    caller: { tenant: crypto.randomUUID(), clientId: crypto.randomUUID() },
    partners: [crypto.randomUUID()],
    audiences: [audiences.graph],
    purposes: ['test'],
  }

  test.each([
    { id: 'a'.repeat(32) },
    { linkHash: 'a'.repeat(64) },
    { status: 'open' },
    { createdBy: 'somebody/else' },
    { createdAt: '2020-01-01T00:00:00Z' },
    { v: 2 },
  ])('of an invitation: %j', async (more) => {
    const body = { ...invitation, ...more }
    const answer = await manage(stack, { method: 'POST', path: '/manage/invitations', body })
    expect(answer.status).toBe(400)
  })

  test.each([
    { name: 'e2e-any' },
    { v: 2 },
    { etag: '*' },
    { partners: 'Any' },
    { partners: ['any'] },
    { customers: ['any'] },
    { networks: [] },
    { networks: ['0.0.0.0/33'] },
    { networks: ['localhost'] },
    { networks: ['fe80::1%eth0/64'] },
    { audiences: ['https://vault.azure.net'] },
    { purposes: [] },
    { purposes: ['a.b'] },
    { mode: 'allow' },
  ])('of a permission: %j', async (more) => {
    const body = { ...permission, ...more }
    const path = `/manage/permissions/attack-${crypto.randomUUID().slice(0, 8)}`
    expect((await manage(stack, { method: 'PUT', path, body })).status).toBe(400)
    expect((await manage(stack, { path })).status).toBe(404)
  })

  test('nor by the prototype of an object', async () => {
    const path = `/manage/permissions/attack-${crypto.randomUUID().slice(0, 8)}`
    const text = JSON.stringify(permission).replace('{', '{"__proto__":{"partners":"any"},')
    const answer = await manage(stack, { method: 'PUT', path, body: text })
    const { partners } = permission
    if (answer.status === 201) expect(await answer.json()).toMatchObject({ partners })
    else expect(answer.status).toBe(400)
  })
})

describe('a person’s token', () => {
  const person = (claims: object) =>
    mint(stack, {
      claims: {
        ...claimsOf(application),
        idtyp: 'user',
        scp: 'Manage',
        oid: crypto.randomUUID(),
        roles: ['Broker.Manage'],
        ...claims,
      },
    })

  test('the control of these tests: with the permission and the role it manages', async () => {
    expect((await get('/manage/permissions', await person({}))).status).toBe(200)
  })

  test.each<[string, object]>([
    ['without the delegated permission', { scp: 'User.Read' }],
    ['with a permission that only begins so', { scp: 'Manage.Nothing' }],
    ['without the role', { roles: [] }],
    ['with the role of callers', { roles: ['Token.Issue'] }],
    ['of another tenant', { tid: crypto.randomUUID() }],
    ['that says it is an application', { idtyp: 'app' }],
    ['without a person', { oid: undefined }],
    ['of another audience', { aud: crypto.randomUUID() }],
    ['of v1.0', { ver: '1.0' }],
  ])('%s does not manage', async (_, claims) => {
    const answer = await get('/manage/permissions', await person(claims))
    expect([401, 403]).toContain(answer.status)
    expect(jsonOf(answer)).not.toHaveProperty('value')
  })

  test('is nobody at the token endpoint, whatever its roles', async () => {
    const token = await person({ roles: ['Token.Issue'] })
    expect((await postToken(stack, token, {})).status).toBe(401)
  })

  test('is nobody behind the onboarding app, whatever its roles', async () => {
    const token = await person({ roles: ['Consent.Relay', 'Broker.Manage'] })
    const answer = await fetch(`${stack.broker}/internal/callback`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '{}',
    })
    expect([401, 403]).toContain(answer.status)
  })
})
