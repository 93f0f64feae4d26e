import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { onboard } from './support/consent-flow.ts'
import { bodyOf, expectProblem, manageAs, roleToken, type Asked } from './support/manage-as.ts'
import { audiences } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'

const stack = inject('stack')
const caller = { tenant: stack.brokerTenant, clientId: randomUUID() }
const tag = randomUUID().slice(0, 8)
const names = ['narrow', 'several', 'trial'].map((name) => `explain-${tag}-${name}`)
const [narrow = '', several = '', trial = ''] = names
const lockdown = `explain-${tag}`
let token: string
let partner: OwnPartner
let stranger: OwnPartner

const ask = (asked: Asked) => manageAs(stack, token, asked)
const put = async (path: string, body: object) => {
  const answer = await ask({ method: 'PUT', path, body })
  if (!answer.ok) throw new Error(await answer.text())
}
const remove = (path: string) => ask({ method: 'DELETE', path })

beforeAll(async () => {
  token = await roleToken(stack, 'Broker.Manage')
  partner = await ownPartner(stack)
  stranger = await ownPartner(stack)
  await onboard(stack, partner, { more: { audiences: [audiences.graph] } })
  const base = { caller, partners: 'any', customers: 'none' }
  await put(`/manage/permissions/${narrow}`, {
    ...base,
    audiences: [audiences.graph, audiences.arm],
    purposes: ['billing'],
    networks: ['203.0.113.0/24'],
    notAfter: '2040-01-01T00:00:00Z',
  })
  await put(`/manage/permissions/${several}`, {
    ...base,
    partners: [partner.tenant],
    audiences: [audiences.partnerCenter],
    customers: [partner.customer.tenant],
    purposes: ['billing', 'support'],
  })
  await put(`/manage/permissions/${trial}`, {
    ...base,
    audiences: Object.values(audiences),
    customers: 'any',
    purposes: ['billing'],
    mode: 'audit',
  })
})
afterAll(() => Promise.all(names.map((name) => remove(`/manage/permissions/${name}`))))

const address = '203.0.113.7'
const explain = async (more: object = {}) => {
  const body = { caller, partner: partner.tenant, audience: audiences.graph, address, ...more }
  const answer = await ask({ method: 'POST', path: '/manage/explain', body })
  return bodyOf(answer, 200)
}

describe('explaining a request', () => {
  it('names the permission that allows it, and what every other says', async () => {
    expect(await explain()).toEqual({
      outcome: 'issued',
      permission: narrow,
      purpose: 'billing',
      at: expect.stringMatching(/Z$/),
      permissions: expect.arrayContaining([
        { name: narrow, mode: 'enforce', allowed: true, permission: narrow, purpose: 'billing' },
        {
          name: several,
          mode: 'enforce',
          allowed: false,
          permission: several,
          reason: 'audience',
          purposes: ['billing', 'support'],
        },
        { name: trial, mode: 'audit', allowed: true, permission: trial, purpose: 'billing' },
      ]),
      partner: expect.objectContaining({ partner: partner.tenant, status: 'active' }),
    })
  })

  it.each<[string, object, object]>([
    ['from elsewhere', { address: '198.51.100.1' }, { code: 'not_permitted', reason: 'network' }],
    ['from nowhere', { address: undefined }, { code: 'not_permitted', reason: 'network' }],
    ['for another purpose', { purpose: 'x' }, { code: 'not_permitted', reason: 'purpose' }],
    [
      'at a later date',
      { at: '2040-01-01T00:00:00Z' },
      { code: 'not_permitted', reason: 'expired' },
    ],
    [
      'at a customer that is not named',
      { customer: randomUUID() },
      { code: 'not_permitted', reason: 'customer' },
    ],
    [
      'of a caller without permissions',
      { caller: { tenant: randomUUID(), clientId: randomUUID() } },
      { code: 'not_permitted', reason: 'no_permission' },
    ],
    [
      'without one of several purposes',
      { audience: audiences.partnerCenter },
      { code: 'request_malformed', reason: 'purpose_missing' },
    ],
    [
      'for an audience without consent',
      { audience: audiences.arm },
      { code: 'audience_not_consented', permission: narrow },
    ],
  ])('%s says why it would be refused', async (_, more, expected) => {
    expect(await explain(more)).toMatchObject({ outcome: 'refused', ...expected })
  })

  it('of a partner that has not consented says so, once it is permitted', async () => {
    const answer = await explain({ partner: stranger.tenant })
    expect(answer).toMatchObject({ code: 'consent_needed', reason: 'no_grant', permission: narrow })
    expect(answer).not.toHaveProperty('partner')
  })

  it('at a customer takes the permission that names it', async () => {
    const more = { customer: partner.customer.tenant, purpose: 'support' }
    const answer = await explain({ ...more, audience: audiences.partnerCenter })
    expect(answer).toMatchObject({ code: 'audience_not_consented', permission: several })
  })

  it('shows the lockdown that would stop it, read this moment', async () => {
    const scopes = [
      { scope: 'partner', id: partner.tenant },
      { scope: 'caller', id: `${caller.tenant}/${caller.clientId}` },
    ]
    for (const one of scopes) {
      await put(`/manage/lockdowns/${lockdown}`, { ...one, reason: 'breach' })
      expect(await explain()).toMatchObject({
        outcome: 'refused',
        code: 'locked_down',
        permission: narrow,
        lockdown: { name: lockdown, ...one, reason: 'breach' },
      })
    }
    await remove(`/manage/lockdowns/${lockdown}`)
    expect(await explain()).toMatchObject({ outcome: 'issued' })
  })

  it('shows a lockdown although no permission allows the request', async () => {
    await put(`/manage/lockdowns/${lockdown}`, {
      scope: 'partner',
      id: partner.tenant,
      reason: 'x',
    })
    const answer = await explain({ purpose: 'x' })
    await remove(`/manage/lockdowns/${lockdown}`)
    expect(answer).toMatchObject({ code: 'not_permitted', lockdown: { name: lockdown } })
  })

  it('of a revoked partner says so', async () => {
    const path = `/manage/partners/${stranger.tenant}/revoke`
    await ask({ method: 'POST', path, body: { reason: 'x' } })
    expect(await explain({ partner: stranger.tenant })).toMatchObject({
      code: 'grant_revoked',
      partner: { status: 'revoked', whoMustAct: 'operator' },
    })
  })

  it.each([
    ['caller', { caller: undefined }],
    ['caller.clientId', { caller: { tenant: randomUUID(), clientId: 'x' } }],
    ['partner', { partner: 'x' }],
    ['customer', { customer: 'x' }],
    ['audience', { audience: 'https://x.example' }],
    ['purpose', { purpose: 'Has Space' }],
    ['address', { address: '203.0.113' }],
    ['at', { at: 'tomorrow' }],
    ['scope', { scope: 'x' }],
  ])('refuses a wrong %s by name', async (field, wrong) => {
    const body = { caller, partner: partner.tenant, audience: audiences.graph, ...wrong }
    const answer = await ask({ method: 'POST', path: '/manage/explain', body })
    await expectProblem(answer, { status: 400, code: 'request_malformed', field })
  })
})
