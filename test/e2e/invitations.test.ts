import { beforeAll, describe, expect, inject, it } from 'vitest'
import * as z from 'zod'
import { audiences, invite, invitedSchema, manage, type Invited } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { letExpire, rowsWhere } from './support/stored-rows.ts'
import { openPage } from './support/consent-flow.ts'
import { expectRefusal } from './support/consent-checks.ts'

const stack = inject('stack')
const path = '/manage/invitations'

const listSchema = z.object({
  value: z.array(z.object({ id: z.string() })),
  nextLink: z.string().optional(),
})

let partner: OwnPartner
let invited: Invited

beforeAll(async () => {
  partner = await ownPartner(stack)
  invited = await invite(stack, partner)
})

const bodyOf = async (answer: Response): Promise<unknown> => answer.json()

describe('creating an invitation', () => {
  it('answers 201 with id, link, end, short code, a ready message and its address', async () => {
    const body = { partner: partner.tenant, audiences: [audiences.graph], validForDays: 3 }
    const answer = await manage(stack, { method: 'POST', path, body })
    const made = invitedSchema.parse(await answer.json())
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`${stack.broker}${path}/${made.id}`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(made.url).toMatch(new RegExp(`^${stack.onboarding}/onboard/[A-Za-z0-9_-]{43}$`))
    expect(made.code).toMatch(/^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/)
    const days = (Date.parse(made.expiresAt) - Date.now()) / (24 * 3600_000)
    expect(days).toBeGreaterThan(2.99)
    expect(days).toBeLessThanOrEqual(3)
    expect(made.message.subject).not.toBe('')
    expect(made.message.text).toContain(made.url)
    expect(made.message.text).not.toContain(made.code)
  })

  it('writes the message in the language that was asked for', async () => {
    const { message } = await invite(stack, partner, { language: 'nl' })
    expect(message.text).toMatch(/^Geachte .*\nDe link werkt één keer/s)
  })

  it.each([
    ['partner', { partner: 'fabrikam' }],
    ['audiences', { audiences: [] }],
    ['audiences.0', { audiences: ['https://graph.windows.net'] }],
    ['displayName', { displayName: 'two\nlines' }],
    ['contact', { contact: '' }],
    ['language', { language: 'fr' }],
    ['validForDays', { validForDays: 91 }],
    ['consentTermDays', { consentTermDays: 0 }],
    ['expiresAt', { expiresAt: '2030-01-01T00:00:00Z' }],
  ])('refuses a wrong %s as a problem that names it', async (field, wrong) => {
    const body = { partner: partner.tenant, audiences: [audiences.graph], ...wrong }
    const answer = await manage(stack, { method: 'POST', path, body })
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await bodyOf(answer)).toMatchObject({
      status: 400,
      code: 'request_malformed',
      field,
      detail: expect.stringContaining(field),
      correlation_id: answer.headers.get('x-correlation-id'),
    })
    expect(answer.status).toBe(400)
  })

  it.each([['{'], [''], ['[]']])('refuses the body %j as a problem', async (body) => {
    const answer = await manage(stack, { method: 'POST', path, body })
    expect(await bodyOf(answer)).toMatchObject({ status: 400, code: 'request_malformed' })
  })
})

describe('looking at invitations', () => {
  it('gives one by its id, without the link and without its hash', async () => {
    const answer = await manage(stack, { path: `${path}/${invited.id}` })
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({
      id: invited.id,
      partner: partner.tenant,
      displayName: partner.name,
      audiences: Object.values(audiences),
      code: invited.code,
      status: 'open',
      expiresAt: invited.expiresAt,
    })
    expect(text).not.toContain(invited.url.split('/').at(-1))
    expect(text).not.toContain('linkHash')
  })

  it('lists them page by page, each once', async () => {
    const more = [await invite(stack, partner), await invite(stack, partner)]
    const seen: string[] = []
    let next: string | undefined = `${stack.broker}${path}?top=2`
    while (next !== undefined) {
      const page = await manage(stack, { path: next.slice(stack.broker.length) })
      const body = listSchema.parse(await page.json())
      expect(body.value.length).toBeLessThanOrEqual(2)
      seen.push(...body.value.map(({ id }) => id))
      next = body.nextLink
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining([invited.id, ...more.map(({ id }) => id)]))
  })

  it.each([['0'], ['1001'], ['many']])('refuses a page size of %s by name', async (top) => {
    const answer = await manage(stack, { path: `${path}?top=${top}` })
    expect(await bodyOf(answer)).toMatchObject({ status: 400, field: 'top' })
  })

  it('answers 404 for an id that is none', async () => {
    const answer = await manage(stack, { path: `${path}/${'0'.repeat(32)}` })
    expect(await bodyOf(answer)).toMatchObject({ status: 404, code: 'not_found' })
  })

  it('shows an invitation past its date as expired, and its page says so', async () => {
    const { id, url } = await invite(stack, partner)
    await letExpire(stack, 'invitations', (await rowsWhere(stack, 'invitations', ['id', id]))[0])
    const answer = await manage(stack, { path: `${path}/${id}` })
    expect(await bodyOf(answer)).toMatchObject({ status: 'expired' })
    expectRefusal(await openPage(url), ['invitation_expired', 410])
    const start = await fetch(url, { method: 'POST', redirect: 'manual' })
    expect(start.status).toBe(410)
  })
})

describe('cancelling an invitation', () => {
  it('ends it: the page does not open, and a sign-in does not start', async () => {
    const { id, url } = await invite(stack, partner)
    expect((await manage(stack, { method: 'DELETE', path: `${path}/${id}` })).status).toBe(204)
    const answer = await manage(stack, { path: `${path}/${id}` })
    expect(await bodyOf(answer)).toMatchObject({ status: 'cancelled' })
    expectRefusal(await openPage(url), ['invitation_unknown', 404])
    const start = await fetch(url, { method: 'POST', redirect: 'manual' })
    expect(start.status).toBe(404)
    expect(start.headers.getSetCookie()).toEqual([])
    expect((await manage(stack, { method: 'DELETE', path: `${path}/${id}` })).status).toBe(204)
  })

  it('answers 404 for an id that is none', async () => {
    const request = { method: 'DELETE', path: `${path}/${'0'.repeat(32)}` }
    expect((await manage(stack, request)).status).toBe(404)
  })
})
