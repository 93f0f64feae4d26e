import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { earlierConsent, type EarlierConsent } from './support/earlier-consent.ts'
import {
  expectConsented,
  expectNothingStored,
  expectRefusal,
  invitationStatus,
} from './support/consent-checks.ts'
import { consent, openPage, postCallback, signIn, startSignIn } from './support/consent-flow.ts'
import { addFault, clearFaults } from './support/faults.ts'
import { invite } from './support/management.ts'
import { ownPartner } from './support/own-partner.ts'
import { secretsWritten } from './support/recorded.ts'
import { grantRow } from './support/stored-rows.ts'

const stack = inject('stack')

let earlier: EarlierConsent

beforeAll(async () => {
  earlier = await earlierConsent(stack)
})

// Faults that no tenant or name can single out.
afterEach(() => clearFaults(stack.tables))

const html = { headers: { 'content-type': 'text/html' }, body: '<html>Our services…</html>' }

const entraAnswers = (fault: object) =>
  addFault(stack.entra, {
    match: { tenant: earlier.partner.tenant, grant_type: 'authorization_code' },
    times: 1,
    ...fault,
  })

describe('Entra, asked to redeem the code,', () => {
  it.each([
    ['429', { status: 429, headers: { 'retry-after': '60' }, body: { error: 'slow_down' } }],
    ['500', { status: 500, body: { error: 'server_error', error_codes: [90033] } }],
    ['503 with a page', { status: 503, ...html }],
    ['200 with a page', { status: 200, ...html }],
    ['200 with nothing', { status: 200 }],
    ['temporarily_unavailable', { status: 400, body: { error: 'temporarily_unavailable' } }],
    ['by closing the connection', { drop: true }],
  ])(
    'and answering %s, makes the service unavailable, not the partner guilty',
    async (_, fault) => {
      await earlier.refuses(['unavailable', 503], { meddle: () => entraAnswers(fault) })
    },
  )

  it('does not make a later sign-in fail: no throttle is remembered', async () => {
    const own = await ownPartner(stack)
    const { url } = await invite(stack, own)
    await addFault(stack.entra, {
      match: { tenant: own.tenant, grant_type: 'authorization_code' },
      times: 1,
      status: 429,
      headers: { 'retry-after': '3600' },
    })
    expectRefusal(await consent(url, own.ada), ['unavailable', 503])
    expectConsented(await consent(url, own.ada))
  })

  it.each([
    ['invalid_client', 7000215],
    ['unauthorized_client', 700016],
  ])(
    'and refusing our own application (%s), does not send the partner to fix it',
    async (error, code) => {
      const fault = { status: 401, body: { error, error_codes: [code], error_description: 'x' } }
      await earlier.refuses(['unavailable', 503], { meddle: () => entraAnswers(fault) })
    },
  )
})

const hang = async (fault: (tenant: string) => [string, Record<string, string>]) => {
  const own = await ownPartner(stack)
  const { id, url } = await invite(stack, own)
  const [address, match] = fault(own.tenant)
  await addFault(address, { match, delayMs: 15_000, status: 500 })
  expectRefusal(await consent(url, own.ada), ['unavailable', 503])
  await expectNothingStored(stack, own.tenant)
  expect(await invitationStatus(stack, id)).toBe('open')
}

describe('whatever hangs', () => {
  it('is given up after a while, and nothing is stored', async () => {
    await Promise.all([
      hang((tenant) => [stack.entra, { tenant, grant_type: 'authorization_code' }]),
      hang((tenant) => [stack.apis.partnerCenter, { tenant, path: '/v1/customers' }]),
      hang((tenant) => [stack.vault, { path: tenant, method: 'PUT' }]),
    ])
  })
})

describe('a vault that fails', () => {
  it.each([
    ['500, each time', { status: 500, times: 3 }],
    ['429 without Retry-After, each time', { status: 429, times: 3 }],
    ['403', { status: 403, times: 1, body: { error: { code: 'Forbidden', message: 'no' } } }],
  ])(
    'with %s when the secret is written leaves nothing, and the next try succeeds',
    async (_, fault) => {
      const own = await ownPartner(stack)
      const { id, url } = await invite(stack, own)
      await addFault(stack.vault, { match: { path: own.tenant, method: 'PUT' }, ...fault })
      expectRefusal(await consent(url, own.ada), ['unavailable', 503])
      await expectNothingStored(stack, own.tenant)
      expect(await invitationStatus(stack, id)).toBe('open')
      expectConsented(await consent(url, own.ada))
    },
  )
})

describe('a crash between the secret and the row', () => {
  it('of a first consent leaves no grant, and the next try with the invitation succeeds', async () => {
    const own = await ownPartner(stack)
    const { id, url } = await invite(stack, own)
    const writing = { table: 'grants', method: 'POST' }
    await addFault(stack.tables, { match: writing, status: 500 })
    expectRefusal(await consent(url, own.ada), ['unavailable', 503])
    expect(await secretsWritten(stack, own.tenant)).toBe(1)
    expect(await grantRow(stack, own.tenant)).toBeUndefined()
    expect(await invitationStatus(stack, id)).toBe('open')
    await clearFaults(stack.tables)
    expectConsented(await consent(url, own.ada))
    expect(await grantRow(stack, own.tenant)).toMatchObject({ generation: 1 })
  })

  it.each([
    ['answers 500', { status: 500 }],
    ['answers 412', { status: 412 }],
    ['closes the connection', { drop: true }],
  ])('of a renewal, when the table %s, leaves the earlier consent as it was', async (_, fault) => {
    const { partner, renew } = earlier
    const before = await grantRow(stack, partner.tenant)
    const { page, invited } = await renew({
      meddle: () => addFault(stack.tables, { match: { table: 'grants', method: 'PUT' }, ...fault }),
    })
    expect([503, 409]).toContain(page.status)
    await clearFaults(stack.tables)
    expect(await grantRow(stack, partner.tenant)).toEqual(before)
    expect(await invitationStatus(stack, invited.id)).toBe('open')
  })

  it.each([
    ['once', { times: 1 }],
    ['for good', {}],
  ])(
    'is none when only the answer to the row was lost, %s: the consent stands and is said to',
    async (_, times) => {
      const own = await ownPartner(stack)
      const { id, url } = await invite(stack, own)
      const match = { table: 'grants', method: 'POST' }
      await addFault(stack.tables, { match, after: true, drop: true, ...times })
      const page = await consent(url, own.ada)
      expectConsented(page)
      expect(await grantRow(stack, own.tenant)).toMatchObject({ generation: 1, invitation: id })
      expectConsented(await postCallback(page.posted, page.started))
      await clearFaults(stack.tables)
      await consent(url, own.fay).catch(() => 'the invitation does not open again')
      expect(await grantRow(stack, own.tenant)).toMatchObject({ generation: 1 })
    },
  )
})

describe('tables that fail', () => {
  it('when the invitation cannot be marked as used: it makes no second consent all the same', async () => {
    const own = await ownPartner(stack)
    const { id, url } = await invite(stack, own)
    const match = { table: 'invitations', method: 'PUT' }
    await addFault(stack.tables, { match, status: 500 })
    const page = await consent(url, own.ada)
    expectConsented(page)
    await clearFaults(stack.tables)
    expect(await invitationStatus(stack, id)).toBe('open')
    expectConsented(await postCallback(page.posted, page.started))
    expectRefusal(await consent(url, own.fay), ['invitation_used', 410])
    expect(await grantRow(stack, own.tenant)).toMatchObject({ consentedBy: own.ada.objectId })
  })

  it('make the page and the start unavailable, with no cookie', async () => {
    const own = await ownPartner(stack)
    const { url } = await invite(stack, own)
    await addFault(stack.tables, { match: { table: 'invitations' }, status: 500 })
    expect((await openPage(url)).status).toBe(503)
    const start = await fetch(url, { method: 'POST', redirect: 'manual' })
    expect(start.status).toBe(503)
    expect(start.headers.getSetCookie()).toEqual([])
    await clearFaults(stack.tables)
    await addFault(stack.tables, { match: { table: 'attempts' }, status: 500 })
    const second = await fetch(url, { method: 'POST', redirect: 'manual' })
    expect(second.status).toBe(503)
    expect(second.headers.getSetCookie()).toEqual([])
  })

  it('when the attempt is taken: the code is not redeemed, and the same callback succeeds later', async () => {
    const own = await ownPartner(stack)
    const started = await startSignIn((await invite(stack, own)).url)
    const posted = await signIn(started, own.ada)
    await addFault(stack.tables, { match: { table: 'attempts', method: 'PUT' }, status: 500 })
    expect((await postCallback(posted, started)).status).toBe(503)
    await expectNothingStored(stack, own.tenant)
    await clearFaults(stack.tables)
    expectConsented(await postCallback(posted, started))
  })
})
