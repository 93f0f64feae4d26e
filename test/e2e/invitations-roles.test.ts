import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { callerToken } from '../../local/stack/caller-token.ts'
import { claimsOf, mint } from './support/entra-controls.ts'
import { audiences, invite, manage, type Invited } from './support/management.ts'
import { ownCaller, ownPartner, type OwnPartner } from './support/own-partner.ts'

const stack = inject('stack')
const path = '/manage/invitations'

let partner: OwnPartner
let invited: Invited

beforeAll(async () => {
  partner = await ownPartner(stack)
  invited = await invite(stack, partner)
})

const creating = () => ({
  method: 'POST',
  path,
  body: { partner: partner.tenant, audiences: [audiences.graph] },
})

const bodyOf = async (answer: Response): Promise<unknown> => answer.json()

describe('who may manage invitations', () => {
  it('refuses a request without a token with 401 and a challenge', async () => {
    const answer = await fetch(`${stack.broker}${path}`)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(await bodyOf(answer)).toMatchObject({ code: 'caller_unauthenticated' })
  })

  it.each([[['Token.Issue']], [['Consent.Relay']], [[]]])(
    'refuses an application with the roles %j with 403',
    async (roles) => {
      const caller = await ownCaller(stack, roles)
      for (const request of [creating(), { path }]) {
        const answer = await manage(stack, { ...request, caller })
        expect(await bodyOf(answer)).toMatchObject({ status: 403, code: 'not_permitted' })
      }
    },
  )

  it('refuses an application of another tenant with 401, whatever its roles', async () => {
    const caller = await ownCaller(stack, ['Broker.Manage', 'Broker.Read'], randomUUID())
    const answer = await manage(stack, { path, caller })
    expect(await bodyOf(answer)).toMatchObject({ status: 401, code: 'caller_unauthenticated' })
  })

  it('lets Broker.Read look, but neither create nor cancel', async () => {
    const caller = await ownCaller(stack, ['Broker.Read'])
    expect((await manage(stack, { path, caller })).status).toBe(200)
    const one = `${path}/${invited.id}`
    expect((await manage(stack, { path: one, caller })).status).toBe(200)
    expect((await manage(stack, { ...creating(), caller })).status).toBe(403)
    expect((await manage(stack, { method: 'DELETE', path: one, caller })).status).toBe(403)
    const kept = await manage(stack, { path: one })
    expect(await bodyOf(kept)).toMatchObject({ status: 'open' })
  })

  it('refuses a token that Entra did not sign', async () => {
    const caller = await ownCaller(stack, ['Broker.Manage'])
    const claims = claimsOf(await callerToken(stack, caller))
    for (const key of ['foreign', 'none'] as const) {
      const token = await mint(stack, { claims, key })
      const headers = { authorization: `Bearer ${token}` }
      expect((await fetch(`${stack.broker}${path}`, { headers })).status).toBe(401)
    }
  })
})

describe('who may ask what the onboarding app asks', () => {
  const link = 'A'.repeat(43)

  it.each([
    ['invitation', { link }],
    ['sign-in', { link }],
    ['approval', { link }],
    ['partner-sign-in', { partner: randomUUID() }],
    ['partner', { session: link }],
    ['renew', { session: link, csrf: link }],
    ['withdraw', { session: link, csrf: link, confirmation: link, correlationId: randomUUID() }],
    ['sign-out', { session: link, csrf: link }],
    [
      'callback',
      {
        state: link,
        correlationId: '00000000-0000-4000-8000-000000000000',
        answer: { code: 'code', errorCodes: [] },
      },
    ],
  ])('for %s only an application with Consent.Relay', async (verb, body) => {
    const asking = { method: 'POST', path: `/internal/${verb}`, body }
    const unnamed = await fetch(`${stack.broker}${asking.path}`, { method: 'POST' })
    expect(unnamed.status).toBe(401)
    for (const roles of [['Broker.Manage', 'Broker.Read'], ['Token.Issue'], []]) {
      const caller = await ownCaller(stack, roles)
      expect((await manage(stack, { ...asking, caller })).status).toBe(403)
    }
    const relay = await ownCaller(stack, ['Consent.Relay'])
    const answer = await manage(stack, { ...asking, caller: relay })
    expect(answer.status).toBe(200)
    expect(await bodyOf(answer)).toMatchObject({
      kind: expect.stringMatching(/_unknown$|^signed_out$|^started$/),
    })
  })

  it.each([
    ['partner-sign-in', { partner: 'common' }],
    ['partner-sign-in', { partner: `${randomUUID()}/../common` }],
    ['partner', {}],
    ['partner', { session: link, partner: randomUUID() }],
    ['renew', { session: link }],
    ['withdraw', { session: link, csrf: link, correlationId: randomUUID() }],
    ['sign-out', { session: '', csrf: link }],
  ])('and for %s only with just its own members: %j is malformed', async (verb, body) => {
    const caller = await ownCaller(stack, ['Consent.Relay'])
    const asking = { method: 'POST', path: `/internal/${verb}`, body, caller }
    const answer = await manage(stack, asking)
    expect(await bodyOf(answer)).toMatchObject({ status: 400, code: 'request_malformed' })
  })

  it('and never for another verb', async () => {
    const caller = await ownCaller(stack, ['Consent.Relay'])
    const asking = { method: 'POST', path: '/internal/grants', body: {}, caller }
    expect((await manage(stack, asking)).status).toBe(404)
  })
})
