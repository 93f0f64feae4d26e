import { beforeAll, describe, expect, inject, test } from 'vitest'
import { callerToken } from '../../local/stack/caller-token.ts'
import type { Caller } from './support/ask-token.ts'
import { callerWithPermission, untilPermitted } from './support/attack-checks.ts'
import { untilRecorded } from './support/audit-rows.ts'
import { audiences } from './support/management.ts'
import { assertionType, postToken } from './support/post-token.ts'
import { jsonOf, rawRequest } from './support/raw-request.ts'

const stack = inject('stack')
// Each test asks for a partner that nobody knows: allowed is `consent_needed`, refused `not_permitted`.
const allowed = 'consent_needed'
const refused = 'not_permitted'

type Who = 'office' | 'home' | 'anywhere'

const networks = {
  office: ['203.0.113.0/24', '2001:db8::/32'],
  home: ['127.0.0.1/32'],
  anywhere: ['0.0.0.0/0', '::/0'],
}
const tokens: Record<Who, string> = { office: '', home: '', anywhere: '' }

beforeAll(async () => {
  for (const who of ['office', 'home', 'anywhere'] as const) {
    const caller = await callerWithPermission(stack, { networks: networks[who] })
    tokens[who] = await callerToken(stack, caller)
  }
  const last: Caller = await callerWithPermission(stack)
  await untilPermitted(stack, last)
  await untilPermitted({ ...stack, broker: stack.strictBroker }, last)
})

const codeOf = async (broker: string, who: Who, headers: Record<string, string>) =>
  (await postToken({ broker }, tokens[who], { headers })).body.code

const inside = '203.0.113.7'

describe('behind one proxy, what a client says of its own address never counts', () => {
  const forged: [what: string, headers: Record<string, string>][] = [
    ['nothing', {}],
    ['one hop', { 'x-forwarded-for': inside }],
    ['many hops', { 'x-forwarded-for': `${inside}, ${inside}, ${inside}` }],
    ['a hop with a port', { 'x-forwarded-for': `${inside}:443` }],
    ['hops that are rubbish', { 'x-forwarded-for': `,, ${inside},;,"${inside}",` }],
    ['a comma at the end', { 'x-forwarded-for': `${inside},` }],
    ['a thousand hops', { 'x-forwarded-for': Array(1000).fill(inside).join(',') }],
    ['the standard header', { forwarded: `for=${inside}` }],
    ['x-real-ip', { 'x-real-ip': inside }],
    ['x-client-ip and its kin', { 'x-client-ip': inside, 'true-client-ip': inside }],
    ['the names that Azure uses', { 'x-azure-clientip': inside, 'x-original-for': inside }],
  ]

  test.each(forged)('%s does not bring a stranger into the office', async (_, headers) => {
    expect(await codeOf(stack.broker, 'office', headers)).toBe(refused)
  })

  test.each(forged)('%s does not keep a caller out of its own network', async (_, headers) => {
    expect(await codeOf(stack.broker, 'home', headers)).toBe(allowed)
  })

  test('the header sent twice does not either', async () => {
    const answer = await rawRequest(stack.broker, {
      method: 'POST',
      path: `/${crypto.randomUUID()}/oauth2/v2.0/token`,
      headers: {
        'x-forwarded-for': [inside, inside],
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: `${audiences.graph}/.default`,
        client_assertion_type: assertionType,
        client_assertion: tokens.office,
      }).toString(),
    })
    expect(jsonOf(answer)).toMatchObject({ code: refused })
  })

  test('the record names the address that the proxy saw, not the forged one', async () => {
    const headers = { 'x-forwarded-for': inside }
    const answer = await postToken(stack, tokens.office, { headers })
    expect(await untilRecorded(stack, answer)).toMatchObject({
      outcome: 'refused',
      reason: 'network',
      address: '127.0.0.1',
    })
  })
})

const ask = (who: Who, hops: string | undefined) =>
  codeOf(stack.strictBroker, who, hops === undefined ? {} : { 'x-forwarded-for': hops })

// The local host appends the real peer, as the platform does: what a client sends is the hop that the
// outer of two proxies would have appended.
describe('behind two proxies, the hop that the outer one appended counts', () => {
  test.each([
    [inside],
    [`${inside}:4711`],
    ['2001:db8::7'],
    ['2001:DB8:0::7'],
    ['[2001:db8::7]'],
    ['[2001:db8::7]:443'],
    [`::ffff:${inside}`],
    [`[::ffff:${inside}]:443`],
    [`198.51.100.9, ${inside}`],
    [`rubbish, , ${inside}`],
  ])('%s is in the office', async (hops) => {
    expect(await ask('office', hops)).toBe(allowed)
  })

  test.each([
    ['another address', '198.51.100.9'],
    ['the office’s address before the trusted hop', `${inside}, 198.51.100.9`],
    ['another IPv6 address', '2001:db9::7'],
    ['a mapped address of elsewhere', '::ffff:198.51.100.9'],
  ])('%s is not', async (_, hops) => {
    expect(await ask('office', hops)).toBe(refused)
  })

  test.each([
    ['no hop at all', undefined],
    ['an empty hop', `${inside}, `],
    ['a comma at the end', `${inside},`],
    ['a word', 'unknown'],
    ['an obfuscated name', '_hidden'],
    ['a quoted address', `"${inside}"`],
    ['an address with a zone', 'fe80::1%eth0'],
    ['a bracketed address with a zone', '[2001:db8::7%25eth0]:443'],
    ['an IPv4 address with a zone', `${inside}%eth0`],
    ['a port that is a word', `${inside}:https`],
    ['a port of six digits', `${inside}:123456`],
    ['two ports', `${inside}:1:2`],
    ['a name that begins like the address', `${inside}.example`],
    ['leading zeros', '203.0.113.007'],
    ['three numbers', '203.0.113'],
    ['one number', '3405803783'],
    ['hexadecimal', '0xcb007107'],
    ['another separator', `${inside};127.0.0.1`],
    ['brackets that do not close', '[2001:db8::7'],
    ['a network', '203.0.113.0/24'],
  ])('%s is no address, and no network holds it', async (_, hops) => {
    expect(await ask('office', hops)).toBe(refused)
    expect(await ask('anywhere', hops)).toBe(refused)
  })
})
