import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import * as z from 'zod'
import { readOpenapi } from '../architecture/openapi.ts'
import { callerToken } from '../../local/stack/caller-token.ts'
import type { Caller } from './support/ask-token.ts'
import { onboard } from './support/consent-flow.ts'
import { manageAs, personToken, roleToken, type Asked } from './support/manage-as.ts'
import { audiences, invite, permit } from './support/management.ts'
import { putMessage } from './support/raw-message.ts'
import { ownCaller, ownPartner, type OwnPartner } from './support/own-partner.ts'

const stack = inject('stack')
const { operations, compiled, contentOf } = readOpenapi(
  new URL('../../docs/openapi.yaml', import.meta.url),
)
const checked = new Set<string>()
const tag = randomUUID().slice(0, 8)
const name = `openapi-${tag}`

let manager: string
let service: string
let caller: Caller
let partner: OwnPartner
let revoked: OwnPartner
let invitation: string

beforeAll(async () => {
  manager = await roleToken(stack, 'Broker.Manage')
  caller = await ownCaller(stack, ['Token.Issue'])
  service = await callerToken(stack, caller)
  partner = await ownPartner(stack)
  revoked = await ownPartner(stack)
  await onboard(stack, partner, { more: { contact: 'ada@p.example', language: 'nl' } })
  await onboard(stack, revoked)
  invitation = (await invite(stack, partner)).id
  await permit(stack, caller, { partners: [partner.tenant] })
})
afterAll(() => manageAs(stack, manager, { method: 'DELETE', path: `/manage/permissions/${name}` }))

const waiting = { timeout: 15_000, interval: 200 }
const failedSchema = z.object({
  value: z.array(z.looseObject({ id: z.string(), kind: z.string() })),
})

type Described = Asked & { template: string; token?: string | undefined }

/** Asks, and holds the answer to the document: its status, its type and its schema. */
const ask = async (asked: Described, expected: number): Promise<Response> => {
  const { template, token = manager, method = 'GET' } = asked
  const answer = await manageAs(stack, token === '' ? undefined : token, asked)
  const text = await answer.clone().text()
  expect({ status: answer.status, text }).toMatchObject({ status: expected })
  const found = operations.find((one) => one.method === method && one.template === template)
  if (!found) throw new Error(`${method} ${template} is not described`)
  const content = contentOf(found.operation, expected)
  if (!content) throw new Error(`${method} ${template} has no answer ${expected}`)
  const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
  if (text === '') expect(content).toEqual({})
  else {
    const validate = compiled(content[type]?.schema ?? { not: {} })
    validate(JSON.parse(text))
    expect({ type, text, errors: validate.errors ?? [] }).toMatchObject({ errors: [] })
  }
  checked.add(`${method} ${template} ${expected < 300 ? 'done' : 'refused'}`)
  return answer
}

const named = (kind: 'permissions' | 'lockdowns') => ({
  template: `/manage/${kind}/{name}`,
  path: `/manage/${kind}/${name}`,
})
const ofPartner = (of: OwnPartner, verb = '') => ({
  template: `/manage/partners/{partner}${verb}`,
  path: `/manage/partners/${of.tenant}${verb}`,
})
const listOf = (template: string, query = '') => ({ template, path: `${template}${query}` })

describe('real answers are as docs/openapi.yaml says', () => {
  it('of the token endpoint, discovery, whoami and health', async () => {
    const template = '/{authority}/oauth2/v2.0/token'
    const path = `/${partner.tenant}.test/oauth2/v2.0/token`
    const form = (scope: string) => ({
      method: 'POST',
      template,
      path,
      token: service,
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    await ask(form(`${audiences.graph}/.default`), 200)
    await ask(form('https://graph.windows.net/.default'), 400)
    await ask({ ...form(`${audiences.graph}/.default`), token: '' }, 401)
    const elsewhere = `/${revoked.tenant}/oauth2/v2.0/token`
    await ask({ ...form(`${audiences.graph}/.default`), path: elsewhere }, 403)
    const discovery = '/{authority}/v2.0/.well-known/openid-configuration'
    await ask({ template: discovery, path: discovery.replace('{authority}', partner.tenant) }, 200)
    await ask({ template: discovery, path: discovery.replace('{authority}', 'x') }, 400)
    await ask({ ...listOf('/whoami'), token: service }, 200)
    await ask(listOf('/whoami'), 401)
    for (const health of ['/health/live', '/health/ready']) await ask(listOf(health), 200)
  })

  it('of invitations', async () => {
    const all = listOf('/manage/invitations')
    const body = { partner: partner.tenant, audiences: [audiences.graph], language: 'nl' }
    await ask({ ...all, method: 'POST', body }, 201)
    await ask({ ...all, method: 'POST', body: {} }, 400)
    await ask(listOf('/manage/invitations', '?top=2'), 200)
    await ask(listOf('/manage/invitations', '?top=0'), 400)
    const one = { template: '/manage/invitations/{id}', path: `/manage/invitations/${invitation}` }
    await ask(one, 200)
    await ask({ ...one, method: 'DELETE' }, 204)
    const absent = { ...one, path: `/manage/invitations/${'0'.repeat(32)}` }
    await ask(absent, 404)
    await ask({ ...absent, method: 'DELETE' }, 404)
  })

  it('of permissions and lockdowns', async () => {
    const permission = {
      caller: { tenant: caller.tenant, clientId: randomUUID() },
      partners: 'any',
      audiences: [audiences.graph],
      customers: [randomUUID()],
      purposes: ['billing'],
      networks: ['2001:db8::/48'],
      notAfter: '2040-01-01T00:00:00Z',
    }
    const lockdown = { scope: 'partner', id: randomUUID(), reason: 'x' }
    const kinds = [
      ['permissions', permission],
      ['lockdowns', lockdown],
    ] as const
    for (const [kind, body] of kinds) {
      const one = named(kind)
      await ask({ ...one, method: 'PUT', body }, 201)
      await ask({ ...one, method: 'PUT', body }, 200)
      await ask({ ...one, method: 'PUT', body: {} }, 400)
      await ask({ ...one, method: 'PUT', body, headers: { 'if-none-match': '*' } }, 412)
      await ask(one, 200)
      await ask(listOf(`/manage/${kind}`, '?top=3'), 200)
      await ask({ ...listOf(`/manage/${kind}`), token: '' }, 401)
      await ask({ ...one, method: 'DELETE' }, 204)
      await ask(one, 404)
      await ask({ ...one, method: 'DELETE' }, 404)
    }
  })

  it('of partners', async () => {
    const again = ofPartner(partner, '/reinvite')
    await ask({ ...again, method: 'POST', body: { consentTermDays: 30 } }, 201)
    await ask({ ...again, method: 'POST', body: { consentTermDays: 0 } }, 400)
    const revoke = ofPartner(revoked, '/revoke')
    await ask({ ...revoke, method: 'POST', body: {} }, 400)
    await ask({ ...revoke, method: 'POST', body: { reason: 'x' } }, 200)
    const rotate = ofPartner(partner, '/rotate')
    await ask({ ...rotate, method: 'POST' }, 200)
    await ask({ ...rotate, method: 'POST', path: `/manage/partners/${randomUUID()}/rotate` }, 404)
    const run = { ...listOf('/manage/rotation'), method: 'POST' }
    await ask(run, 202)
    await ask({ ...run, token: '' }, 401)
    for (const one of [partner, revoked]) await ask(ofPartner(one), 200)
    await ask({ ...ofPartner(partner), path: `/manage/partners/${randomUUID()}` }, 404)
    await ask(listOf('/manage/partners', '?top=1000&counts=true'), 200)
    await ask(listOf('/manage/partners', '?status=x'), 400)
  })

  it('of explain', async () => {
    const explain = { ...listOf('/manage/explain'), method: 'POST' }
    const asked = { caller: { tenant: caller.tenant, clientId: caller.clientId } }
    for (const one of [partner, revoked]) {
      const body = { ...asked, partner: one.tenant, audience: audiences.graph }
      await ask({ ...explain, body }, 200)
    }
    await ask({ ...explain, body: asked }, 400)
  })

  it('of messages that failed', async () => {
    const event = { v: 1, id: `test:${tag}`, type: 'grant.revoked', at: 0, partner: partner.tenant }
    const removed = { v: 1, webhook: 'none', host: 'hooks.example', attempt: 1, event }
    await putMessage(stack, 'events', JSON.stringify(removed))
    await putMessage(stack, 'events', `no event ${tag}`)
    await putMessage(stack, 'rotation-partners-poison', JSON.stringify({ partner: randomUUID() }))
    const listed = listOf('/manage/events/failed', '?top=1000')
    const failed = await vi.waitUntil(async () => {
      const { value } = failedSchema.parse(await (await ask(listed, 200)).json())
      return (
        ['delivery', 'unreadable', 'rotation'].every((kind) =>
          value.some((one) => one.kind === kind),
        ) && value
      )
    }, waiting)
    await ask(listOf('/manage/events/failed', '?top=0'), 400)
    const replay = (kind: string) => ({
      method: 'POST',
      template: '/manage/events/failed/{id}/replay',
      path: `/manage/events/failed/${failed.find((one) => one.kind === kind)?.id}/replay`,
    })
    await ask(replay('delivery'), 202)
    await ask(replay('unreadable'), 409)
    await ask(replay('none'), 404)
  })

  it('of the report', async () => {
    await ask(listOf('/manage/report'), 200)
    await ask(listOf('/manage/report', '?month=x'), 400)
  })

  it('of the record, whatever stands there by now', async () => {
    const template = '/manage/audit'
    let path: string | undefined = `${template}?top=1000`
    while (path !== undefined) {
      const { nextLink }: { nextLink?: string } = JSON.parse(
        await (await ask({ template, path }, 200)).text(),
      )
      path = nextLink?.slice(stack.broker.length)
    }
    await ask(listOf(template, '?from=x'), 400)
  })

  it('of a person without the role', async () => {
    const token = await personToken(stack, { roles: [] })
    await ask({ ...listOf('/manage/partners'), token }, 403)
  })

  // The readiness of a broker is refused only by a stack that is broken.
  it('and nothing that is described was left out', () => {
    const all = operations
      .map(({ method, template }) => `${method} ${template}`)
      .flatMap((one) => [`${one} done`, `${one} refused`])
      .filter((one) => !/^GET \/health\/.* refused$/.test(one))
    expect([...checked].toSorted(byText)).toEqual(all.toSorted(byText))
  })
})

const byText = (one: string, other: string): number => (one < other ? -1 : 1)
