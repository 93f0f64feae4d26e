import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { callerToken } from '../../local/stack/caller-token.ts'
import { claimsOf, mint } from './support/entra-controls.ts'
import { expectProblem, manageAs, personToken, roleToken } from './support/manage-as.ts'
import { changingRoutes, readingRoutes, routeName } from './support/manage-routes.ts'
import { ownCaller } from './support/own-partner.ts'
import { postToken } from './support/post-token.ts'
import { personSignsIn } from './support/person-signs-in.ts'

const stack = inject('stack')
const all = [...readingRoutes(), ...changingRoutes()].map(
  (route) => [routeName(route), route] as const,
)
const changes = changingRoutes().map((route) => [routeName(route), route] as const)
const reads = readingRoutes().map((route) => [routeName(route), route] as const)

const notPermitted = { status: 403, code: 'not_permitted' }
const unauthenticated = { status: 401, code: 'caller_unauthenticated' }

let issuer: string
let reader: string
let foreign: string

beforeAll(async () => {
  issuer = await roleToken(stack, 'Token.Issue')
  reader = await roleToken(stack, 'Broker.Read')
  const roles = ['Broker.Manage', 'Broker.Read']
  foreign = await callerToken(stack, await ownCaller(stack, roles, randomUUID()))
})

describe.each(all)('%s', (_, route) => {
  it('wants a token', async () => {
    const answer = await manageAs(stack, undefined, route)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/)
    await expectProblem(answer, unauthenticated)
  })

  it('refuses an application without a management role', async () => {
    await expectProblem(await manageAs(stack, issuer, route), notPermitted)
  })

  it('refuses an application of another tenant, whatever roles that gives it', async () => {
    await expectProblem(await manageAs(stack, foreign, route), unauthenticated)
  })

  it('refuses a person without a role, and one without the permission Manage', async () => {
    const roleless = await personToken(stack, { roles: undefined })
    await expectProblem(await manageAs(stack, roleless, route), notPermitted)
    const scopeless = await personToken(stack, { scp: 'openid profile' })
    await expectProblem(await manageAs(stack, scopeless, route), notPermitted)
  })
})

describe('Broker.Read', () => {
  it.each(reads)('may %s', async (_, route) => {
    expect([200, 404]).toContain((await manageAs(stack, reader, route)).status)
    const person = await personToken(stack, { roles: ['Broker.Read'] })
    expect([200, 404]).toContain((await manageAs(stack, person, route)).status)
  })

  it.each(changes)('may not %s', async (_, route) => {
    await expectProblem(await manageAs(stack, reader, route), {
      ...notPermitted,
      says: 'Broker.Manage',
    })
    const person = await personToken(stack, { roles: ['Broker.Read'] })
    await expectProblem(await manageAs(stack, person, route), notPermitted)
  })
})

describe('a person', () => {
  const listing = { path: '/manage/permissions' }

  it('who signed in at Entra and holds the role manages', async () => {
    const { token, objectId } = await personSignsIn(stack, ['Broker.Manage'])
    const name = `e2e-${randomUUID().slice(0, 8)}`
    const path = `/manage/lockdowns/${name}`
    const body = { scope: 'partner', id: randomUUID(), reason: 'x' }
    const made = await manageAs(stack, token, { method: 'PUT', path, body })
    expect(made.status).toBe(201)
    expect(await made.json()).toMatchObject({ by: expect.stringMatching(`/${objectId}$`) })
    expect((await manageAs(stack, token, { method: 'DELETE', path })).status).toBe(204)
  })

  it('who signed in at Entra without a role may not', async () => {
    const { token } = await personSignsIn(stack, [])
    await expectProblem(await manageAs(stack, token, listing), notPermitted)
  })

  it('whose token does not say its kind (idtyp) is told by its scp', async () => {
    const token = await personToken(stack, { idtyp: undefined })
    expect((await manageAs(stack, token, listing)).status).toBe(200)
  })

  it.each([
    ['another tenant', { tid: randomUUID() }],
    ['another audience', { aud: randomUUID() }],
    ['no object id', { oid: undefined }],
    ['an application’s kind', { idtyp: 'app' }],
    ['a v1.0 token', { ver: '1.0' }],
    ['an end that is past', { exp: 1_000_000_000 }],
  ])('whose token has %s is refused', async (_, claims) => {
    const token = await personToken(stack, claims)
    await expectProblem(await manageAs(stack, token, listing), unauthenticated)
  })

  it('whose token another key signed is refused', async () => {
    const claims = claimsOf(await personToken(stack))
    for (const key of ['foreign', 'none'] as const) {
      const token = await mint(stack, { claims, key })
      await expectProblem(await manageAs(stack, token, listing), unauthenticated)
    }
  })

  it('gets no token for a partner, whatever roles she holds', async () => {
    const token = await personToken(stack, { roles: ['Token.Issue', 'Broker.Manage'] })
    const { status, body } = await postToken(stack, token, {})
    expect({ status, code: body.code }).toEqual(unauthenticated)
  })

  it('may not relay consents, whatever roles she holds', async () => {
    const token = await personToken(stack, { roles: ['Consent.Relay'] })
    const body = { link: 'x'.repeat(43) }
    const answer = await manageAs(stack, token, {
      method: 'POST',
      path: '/internal/invitation',
      body,
    })
    await expectProblem(answer, unauthenticated)
  })
})

describe('an application', () => {
  it('that names neither kind nor scope is refused', async () => {
    const claims = { ...claimsOf(await roleToken(stack, 'Broker.Manage')), idtyp: undefined }
    const token = await mint(stack, { claims: JSON.parse(JSON.stringify(claims)) })
    await expectProblem(await manageAs(stack, token, { path: '/manage/permissions' }), {
      ...unauthenticated,
      says: 'idtyp',
    })
  })
})
