import { expect, inject, test } from 'vitest'
import { openPage, postCallback, signIn, startSignIn } from './support/consent-flow.ts'
import { invite } from './support/management.ts'
import { ownPartner } from './support/own-partner.ts'
import { grantOf } from './support/stored-grant.ts'

const stack = inject('stack')
const dayMs = 24 * 3600_000

test('the invitation page offers its term first, and shorter ones', async () => {
  const partner = await ownPartner(stack)
  const { url } = await invite(stack, partner, { consentTermDays: 120 })
  const { html } = await openPage(url)
  const offered = [...html.matchAll(/<option value="(\d+)">([^<]+)</g)].map(([, days]) => days)
  expect(offered).toEqual(['120', '90', '30'])
})

test.each([
  ['a shorter term than the invitation’s counts', '30', 30],
  ['a longer one does not', '3650', 120],
  ['what is no term does not', '-1', 120],
])('%s', async (_, term, days) => {
  const partner = await ownPartner(stack)
  const { url } = await invite(stack, partner, { consentTermDays: 120 })
  const started = await startSignIn(url, { term })
  const { status } = await postCallback(await signIn(started, partner.ada), started)
  expect(status).toBe(200)
  const row = await grantOf(stack, partner.tenant)
  const lasts = Date.parse(String(row['endsAt'])) - Date.parse(String(row['consentedAt']))
  expect(lasts).toBe(days * dayMs)
})
