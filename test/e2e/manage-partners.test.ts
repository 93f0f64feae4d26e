import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { partnerStatuses } from '../../shared/broker/partner-health.ts'
import { onboard } from './support/consent-flow.ts'
import { allPages, bodyOf, expectProblem, manageAs, roleToken } from './support/manage-as.ts'
import { audiences } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { rewriteGrant } from './support/stored-grant.ts'
import { tableOf } from './support/stored-rows.ts'

const stack = inject('stack')
const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
const inAWeek = new Date(Date.now() + 7 * 24 * 3600_000).toISOString()
const aDayAgo = new Date(Date.now() - 24 * 3600_000).toISOString()

let token: string
let active: OwnPartner
let dead: OwnPartner
let over: OwnPartner
let revoked: OwnPartner
let halfRevoked: OwnPartner
let expiring: OwnPartner
let degraded: OwnPartner

beforeAll(async () => {
  token = await roleToken(stack, 'Broker.Read')
  const made = await Promise.all(Array.from({ length: 7 }, () => ownPartner(stack)))
  const [first, second, third, fourth, fifth, sixth, seventh] = made
  if (!first || !second || !third || !fourth || !fifth || !sixth || !seventh) {
    throw new Error('no partners')
  }
  active = first
  dead = second
  over = third
  revoked = fourth
  halfRevoked = fifth
  expiring = sixth
  degraded = seventh
  for (const partner of made) await onboard(stack, partner, { more: { contact: 'ada@p.example' } })
  const lastFailure = {
    at: aDayAgo,
    reason: 'invalid_grant',
    suberror: 'bad_token',
    errorCodes: [50173],
  }
  await rewriteGrant(stack, dead.tenant, () => ({
    status: 'consent_needed',
    lastFailure: JSON.stringify(lastFailure),
  }))
  await rewriteGrant(stack, over.tenant, () => ({ endsAt: aDayAgo }))
  await rewriteGrant(stack, expiring.tenant, () => ({ endsAt: inAWeek }))
  const trouble = { since: aDayAgo, reason: 'not_an_agent', whoMustAct: 'partner_admin' }
  await rewriteGrant(stack, degraded.tenant, () => ({ degraded: JSON.stringify(trouble) }))
  await rewriteGrant(stack, revoked.tenant, () => ({
    status: 'revoked',
    revokedBy: 'partner',
    revokedAt: aDayAgo,
  }))
  // As a crash leaves it: the policy revokes, the grant's row does not say so yet.
  await revokeInPolicy(halfRevoked.tenant, 1)
})

const revokeInPolicy = (partner: string, generation: number) =>
  tableOf(stack, 'policy').upsertEntity(
    {
      partitionKey: 'policy',
      rowKey: `revocation:${partner}`,
      v: 1,
      partner,
      generation,
      at: new Date().toISOString(),
      by: 'somebody',
      reason: 'the contract ended',
      revokedBy: 'operator',
    },
    'Replace',
  )

const healthOf = async (partner: string) =>
  bodyOf(await manageAs(stack, token, { path: `/manage/partners/${partner}` }), 200)

describe('the health of a partner', () => {
  it('that consented is all that is known of its grant', async () => {
    expect(await healthOf(active.tenant.toUpperCase())).toEqual({
      partner: active.tenant,
      status: 'active',
      generation: 1,
      whoMustAct: 'nobody',
      daysLeft: 365,
      consentedAt: iso,
      consentedBy: active.ada.objectId,
      rotatedAt: iso,
      audiences: Object.values(audiences),
      consentEndsAt: iso,
      endsAt: iso,
      endsBecause: 'consent_term',
      displayName: active.name,
      contact: 'ada@p.example',
      customerTroubles: [],
      recentRecord: 'complete',
    })
  })

  it('whose grant Entra refused says why, since when, and who must act', async () => {
    expect(await healthOf(dead.tenant)).toMatchObject({
      status: 'consent_needed',
      whoMustAct: 'partner_admin',
      endsAt: aDayAgo,
      endsBecause: 'consent_needed',
      lastFailure: {
        at: aDayAgo,
        reason: 'invalid_grant',
        suberror: 'bad_token',
        errorCodes: [50173],
      },
    })
  })

  it('whose term nears its end says in how many days', async () => {
    expect(await healthOf(expiring.tenant)).toMatchObject({
      status: 'expiring',
      whoMustAct: 'partner_admin',
      daysLeft: 7,
      endsAt: inAWeek,
      endsBecause: 'consent_term',
    })
  })

  it('whose person lost her role says so, since when, and who must act', async () => {
    expect(await healthOf(degraded.tenant)).toMatchObject({
      status: 'degraded',
      whoMustAct: 'partner_admin',
      reason: 'not_an_agent',
      degraded: { since: aDayAgo, reason: 'not_an_agent', whoMustAct: 'partner_admin' },
    })
  })

  it('whose consent term is over needs a new consent', async () => {
    expect(await healthOf(over.tenant)).toMatchObject({
      status: 'consent_needed',
      whoMustAct: 'partner_admin',
      endsAt: aDayAgo,
      endsBecause: 'consent_term',
    })
  })

  it('that withdrew is revoked, and may act itself', async () => {
    expect(await healthOf(revoked.tenant)).toMatchObject({
      status: 'revoked',
      whoMustAct: 'partner_admin',
      revokedBy: 'partner',
      revokedAt: aDayAgo,
      endsAt: aDayAgo,
      endsBecause: 'revoked',
    })
  })

  it('that the policy revokes is revoked before its row says so', async () => {
    expect(await healthOf(halfRevoked.tenant)).toMatchObject({
      status: 'revoked',
      whoMustAct: 'operator',
      revokedBy: 'operator',
      revokedReason: 'the contract ended',
      revokedByName: 'somebody',
      endsBecause: 'revoked',
    })
  })

  it('that was revoked before it ever consented is known, as generation 0', async () => {
    const partner = randomUUID()
    await revokeInPolicy(partner, 0)
    expect(await healthOf(partner)).toMatchObject({ status: 'revoked', generation: 0 })
  })

  it('never shows a secret, a hash or where the sealed token is', async () => {
    const answer = await manageAs(stack, token, { path: `/manage/partners/${active.tenant}` })
    expect(await answer.text()).not.toMatch(/secretVersion|kid|eyJ|linkHash|sealed/)
  })

  it('that nobody knows is 404, and what is no tenant id is 400', async () => {
    const unknown = await manageAs(stack, token, { path: `/manage/partners/${randomUUID()}` })
    await expectProblem(unknown, { status: 404, code: 'not_found' })
    const wrong = await manageAs(stack, token, { path: '/manage/partners/fabrikam' })
    await expectProblem(wrong, { status: 400, code: 'request_malformed', field: 'partner' })
  })
})

describe('the list of partners', () => {
  it('counts all of them by status where that is asked for, and once', async () => {
    const listed = await bodyOf(
      await manageAs(stack, token, { path: '/manage/partners?top=2&counts=true' }),
      200,
    )
    const all = (await allPages(stack, '/manage/partners')).flat()
    const byStatus = Object.fromEntries(
      partnerStatuses.map((status) => [status, all.filter((one) => one.status === status).length]),
    )
    expect(listed['counts']).toEqual({ counted: all.length, byStatus, isComplete: true })
    expect(listed['nextLink']).toContain('counts=false')
    const wrong = await manageAs(stack, token, { path: '/manage/partners?counts=all' })
    await expectProblem(wrong, { status: 400, code: 'request_malformed', field: 'counts' })
  })

  it('holds each once, page by page, as each is shown alone', async () => {
    const pages = await allPages(stack, '/manage/partners?top=2')
    expect(Math.max(...pages.map((page) => page.length))).toBe(2)
    const all = pages.flat()
    expect(new Set(all.map(({ partner }) => partner)).size).toBe(all.length)
    for (const { tenant } of [active, dead, over, revoked, halfRevoked]) {
      const {
        customerTroubles: _,
        lastUsedAt: __,
        recentRecord: ___,
        ...alone
      } = await healthOf(tenant)
      expect(all).toContainEqual(alone)
    }
  })

  it.each([
    ['active', () => [active]],
    ['expiring', () => [expiring]],
    ['degraded', () => [degraded]],
    ['consent_needed', () => [dead, over]],
    ['revoked', () => [revoked, halfRevoked]],
  ])('by status %s holds those and no others', async (status, own) => {
    const found = (await allPages(stack, `/manage/partners?status=${status}&top=1`)).flat()
    expect(new Set(found.map((one) => one['status']))).toEqual(new Set([status]))
    const tenants = found.map(({ partner }) => partner)
    expect(tenants).toEqual(expect.arrayContaining(own().map(({ tenant }) => tenant)))
  })

  it.each([
    ['status', 'status=dead'],
    ['top', 'top=0'],
    ['top', 'top=many'],
  ])('refuses a wrong %s: %s', async (field, query) => {
    const answer = await manageAs(stack, token, { path: `/manage/partners?${query}` })
    await expectProblem(answer, { status: 400, code: 'request_malformed', field })
  })

  it('refuses a page token that is none', async () => {
    const answer = await manageAs(stack, token, { path: '/manage/partners?after=zzz' })
    await expectProblem(answer, { status: 400, code: 'request_malformed' })
  })
})
