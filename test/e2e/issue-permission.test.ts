import { beforeAll, describe, expect, inject, test } from 'vitest'
import { callerWithRole } from '../../local/stack/caller-token.ts'
import { askToken, type TokenAnswer } from './support/ask-token.ts'
import { onboard } from './support/consent-flow.ts'
import { issuingCallers } from './support/issuing-callers.ts'
import { audiences } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { recorded } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'

const stack = inject('stack')
const { partnerCenter, graph } = audiences
let partner: OwnPartner
let callers: Awaited<ReturnType<typeof issuingCallers>>

beforeAll(async () => {
  callers = await issuingCallers(stack)
  partner = await ownPartner(stack)
  await onboard(stack, partner)
})

type Asked = Omit<Parameters<typeof askToken>[1], 'partner'>

const ask = (asked: Asked): Promise<TokenAnswer> =>
  askToken(stack, { partner: partner.tenant, ...asked })

/** The answer without what is its own by nature: ids and times. */
const bytesOf = ({ status, headers, body }: TokenAnswer): string => {
  const own = ['x-correlation-id', 'date']
  const kept = [...headers].filter(([name]) => !own.includes(name))
  return JSON.stringify([status, kept, body])
    .replaceAll(headers.get('x-correlation-id') ?? '', 'ID')
    .replaceAll(String(body['timestamp']), 'TIME')
}

describe('one answer for whatever is not permitted, so that it is no oracle', () => {
  // Each by a request of its own, beside what a caller whom no permission names is told of the same.
  const refused: [what: string, asked: () => Asked][] = [
    [
      'another partner than the permission names',
      () => ({ caller: callerWithRole(stack, 'Token.Issue'), audience: graph }),
    ],
    ['another audience', () => ({ caller: callers.narrow, audience: graph })],
    [
      'a customer',
      () => ({
        caller: callers.narrow,
        audience: partnerCenter,
        customer: partner.customer.tenant,
      }),
    ],
    ['a permission that is over', () => ({ caller: callers.expired, audience: graph })],
    ['another purpose', () => ({ caller: callers.any, audience: graph, purpose: 'other' })],
    ['a permission in mode audit', () => ({ caller: callers.audited, audience: graph })],
  ]

  test.each(refused)('%s', async (_, asked) => {
    const answer = await ask(asked())
    expectRefusal(answer, { code: 'not_permitted', says: 'The operator decides on permissions' })
    const unnamed = await ask({ ...asked(), caller: callers.unknown })
    expect(bytesOf(answer)).toBe(bytesOf(unnamed))
  })

  test('a partner that has consented and one that does not exist', async () => {
    const caller = callerWithRole(stack, 'Token.Issue')
    const known = await askAndCount({ caller, partner: partner.tenant })
    const unknown = await askAndCount({ caller, partner: crypto.randomUUID() })
    expect(known.bytes).toBe(unknown.bytes)
    expect(known.calls).toEqual(unknown.calls)
    expect(known.calls).toEqual({ grants: 0, vault: 0, redemptions: 0 })
  })
})

const askAndCount = async ({
  caller,
  partner: tenant,
}: {
  caller: Asked['caller']
  partner: string
}) => {
  const before = await counts()
  const answer = await askToken(stack, { caller, partner: tenant, audience: graph })
  expect(answer.status).toBe(403)
  const after = await counts()
  const calls = {
    grants: after.grants - before.grants,
    vault: after.vault - before.vault,
    redemptions: after.redemptions - before.redemptions,
  }
  return { bytes: bytesOf(answer), calls }
}

const counts = async () => {
  const entra = await recorded(stack.entra, '/oauth2/v2.0/token')
  return {
    grants: (await recorded(stack.tables, '/grants')).length,
    vault: (await recorded(stack.vault, '')).length,
    redemptions: entra.filter(({ form }) => form['grant_type'] === 'refresh_token').length,
  }
}

test('a warm cache does not answer a caller whom no permission allows', async () => {
  expect((await ask({ caller: callers.any, audience: graph })).status).toBe(200)
  const answer = await ask({ caller: callers.unknown, audience: graph })
  expectRefusal(answer, { code: 'not_permitted', says: 'no permission lets this caller' })
})

describe('the purpose', () => {
  test('that is missing though the permission names several is told which there are', async () => {
    const answer = await ask({ caller: callers.several, audience: graph })
    expectRefusal(answer, { code: 'request_malformed', says: 'send one of: billing, support' })
  })

  test('may come as a field, as the label in the path, or as both', async () => {
    const fields = { purpose: 'billing' }
    const answers = [
      await ask({ caller: callers.several, audience: graph, fields }),
      await ask({ caller: callers.several, audience: graph, purpose: 'billing' }),
      await ask({ caller: callers.several, audience: graph, purpose: 'billing', fields }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('may be left out when the permission names exactly one', async () => {
    expect((await ask({ caller: callers.any, audience: graph })).status).toBe(200)
  })
})

test('a caller has what his permission names, and only at the partner’s own tenant', async () => {
  const answer = await ask({ caller: callers.narrow, audience: partnerCenter })
  expect(answer.status).toBe(200)
})
