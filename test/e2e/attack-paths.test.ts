import { beforeAll, describe, expect, inject, test } from 'vitest'
import { callerToken } from '../../local/stack/caller-token.ts'
import { expectNoToken, callerWithPermission, untilPermitted } from './support/attack-checks.ts'
import { onboard } from './support/consent-flow.ts'
import { audiences } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { assertionType } from './support/post-token.ts'
import { jsonOf, rawRequest } from './support/raw-request.ts'

const stack = inject('stack')
let partner: OwnPartner
let other: OwnPartner
let assertion: string

// Partner Center and Graph tokens of one partner at its own tenant, and nothing else; the other
// partner has consented as well, so that a mistake would give a token.
beforeAll(async () => {
  partner = await ownPartner(stack)
  other = await ownPartner(stack)
  await onboard(stack, partner)
  await onboard(stack, other)
  const narrow = { partners: [partner.tenant], customers: 'none', purposes: ['test', 'more'] }
  const caller = await callerWithPermission(stack, narrow)
  assertion = await callerToken(stack, caller)
  await untilPermitted(stack, await callerWithPermission(stack))
})

const ask = (path: string) =>
  rawRequest(stack.broker, {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: `${audiences.graph}/.default`,
      client_assertion_type: assertionType,
      client_assertion: assertion,
      purpose: 'test',
    }).toString(),
  })

const at = (authority: string) => ask(`/${authority}/oauth2/v2.0/token`)

test('the control of these tests: the plain path gives a token', async () => {
  expect((await at(partner.tenant)).status).toBe(200)
})

describe('another spelling of the partner who is permitted is that partner', () => {
  test.each<[string, (tenant: string) => string]>([
    ['capitals', (tenant) => tenant.toUpperCase()],
    ['escaped letters', (tenant) => tenant.replaceAll('-', '%2d')],
    ['everything escaped', (tenant) => escaped(tenant)],
    ['its purpose behind an escaped dot', (tenant) => `${tenant}%2etest`],
  ])('in %s', async (_, spelled) => {
    expect((await at(spelled(partner.tenant))).status).toBe(200)
  })
})

const escaped = (text: string): string =>
  text.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)

const fullwidth = (text: string): string =>
  encodeURIComponent(text.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))))

describe('no spelling gets a token of a partner or customer who is not permitted', () => {
  test.each<[string, () => string]>([
    ['plainly', () => other.tenant],
    ['in capitals', () => other.tenant.toUpperCase()],
    ['escaped', () => escaped(other.tenant)],
    ['escaped twice', () => escaped(other.tenant).replaceAll('%', '%25')],
    ['as a customer', () => `${partner.tenant}.${other.tenant}`],
    ['as a customer behind an escaped dot', () => `${partner.tenant}%2e${other.tenant}`],
    ['as a customer in capitals', () => `${partner.tenant}.${other.tenant.toUpperCase()}`],
    ['the own customer', () => `${partner.tenant}.${partner.customer.tenant}`],
    ['after the permitted one', () => `${partner.tenant}%2f${other.tenant}`],
    ['after the permitted one and dots', () => `${partner.tenant}%2f..%2f${other.tenant}`],
    ['after the permitted one and real dots', () => `${partner.tenant}/../${other.tenant}`],
    ['after escaped dots', () => `${partner.tenant}/%2e%2e/${other.tenant}`],
    ['after half-escaped dots', () => `${partner.tenant}/.%2e/${other.tenant}`],
    ['after a backslash', () => `${partner.tenant}%5c${other.tenant}`],
    ['after a backslash and dots', () => `${partner.tenant}\\..\\${other.tenant}`],
    ['after a semicolon', () => `${partner.tenant};${other.tenant}`],
    ['after a null', () => `${partner.tenant}%00${other.tenant}`],
    ['after a line end', () => `${partner.tenant}%0d%0a${other.tenant}`],
    ['after a comma', () => `${partner.tenant},${other.tenant}`],
    ['after a space', () => `${partner.tenant}%20${other.tenant}`],
    ['with the permitted one as purpose', () => `${other.tenant}.${partner.tenant}.test`],
    ['in braces', () => `%7B${other.tenant}%7D`],
    ['in parentheses', () => `(${other.tenant})`],
    ['as a URN', () => `urn:uuid:${other.tenant}`],
    ['without hyphens', () => other.tenant.replaceAll('-', '')],
    ['in fullwidth digits', () => fullwidth(other.tenant)],
    ['with a soft hyphen', () => other.tenant.replace('-', '%C2%AD-')],
    ['with a broken escape', () => `${other.tenant}%`],
    ['in overlong UTF-8', () => `${other.tenant}%c0%ae`],
  ])('%s', async (_, spelled) => {
    const answer = await at(spelled())
    expect([400, 403, 404]).toContain(answer.status)
    expectNoToken(answer)
  })
})

describe('what is no spelling of any tenant is refused as such', () => {
  test.each<[string, () => string]>([
    ['braces', () => `%7B${partner.tenant}%7D`],
    ['a trailing dot', () => `${partner.tenant}.`],
    ['an escaped trailing dot', () => `${partner.tenant}%2e`],
    ['two dots', () => `${partner.tenant}..test`],
    ['a leading dot', () => `.${partner.tenant}`],
    ['a space', () => `${partner.tenant}%20`],
    ['a tab', () => `%09${partner.tenant}`],
    ['a null', () => `${partner.tenant}%00`],
    ['an escaped slash', () => `${partner.tenant}%2f`],
    ['a parameter', () => `${partner.tenant};v=1`],
    ['fullwidth digits', () => encodeURIComponent(partner.tenant.replace(/\d/g, '１'))],
    ['a purpose in capitals', () => `${partner.tenant}.TEST`],
    ['a purpose in letters of another script', () => `${partner.tenant}.t%D0%B5st`],
    ['escapes twice', () => partner.tenant.replaceAll('-', '%252d')],
  ])('%s', async (_, spelled) => {
    const answer = await at(spelled())
    expect(answer.status).toBe(400)
    expect(jsonOf(answer)).toMatchObject({ code: 'request_malformed' })
  })

  test.each<[string, (tenant: string) => string]>([
    ['a double slash', (tenant) => `//${tenant}/oauth2/v2.0/token`],
    ['a double slash within', (tenant) => `/${tenant}//oauth2/v2.0/token`],
    ['a segment more', (tenant) => `/${tenant}/x/oauth2/v2.0/token`],
    ['a prefix', (tenant) => `/api/${tenant}/oauth2/v2.0/token`],
    ['an escaped slash in the route', (tenant) => `/${tenant}/oauth2%2fv2.0%2ftoken`],
  ])('%s is no route at all', async (_, path) => {
    expect((await ask(path(partner.tenant))).status).toBe(404)
  })

  test('dots that leave the route lead nowhere', async () => {
    const up = `/${partner.tenant}/oauth2/v2.0/token/../../../../manage/permissions`
    for (const path of [up, up.replaceAll('..', '%2e%2e'), '/x/..%2fmanage/permissions']) {
      const answer = await rawRequest(stack.broker, { path })
      expect([401, 404]).toContain(answer.status)
    }
  })
})

test('the discovery document spells the authority in one way, whatever was asked', async () => {
  for (const spelled of [
    partner.tenant.toUpperCase(),
    escaped(partner.tenant),
    partner.tenant.replaceAll('-', '%2D'),
  ]) {
    const path = `/${spelled}/v2.0/.well-known/openid-configuration`
    const answer = await rawRequest(stack.broker, { path })
    expect(jsonOf(answer)).toMatchObject({ issuer: `${stack.broker}/${partner.tenant}/v2.0` })
  }
})
