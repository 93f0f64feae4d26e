import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { beforeAll, expect, inject, test } from 'vitest'
import * as z from 'zod'
import { callerWithRole } from '../../local/stack/caller-token.ts'
import { askToken } from './support/ask-token.ts'
import { consent } from './support/consent-flow.ts'
import { audiences } from './support/management.ts'
import { recorded } from './support/recorded.ts'

// The README's first two minutes, with the partner, the caller, the permission and the invitation
// that npm start makes; and the same from a second broker, whose credential is a client secret.

const stack = inject('stack')
const [partner = { tenant: '' }] = stack.partners
const [customer = { tenant: '' }] = stack.customers
const [ada = { username: '' }] = stack.people

beforeAll(async () => {
  const { status, heading } = await consent(stack.firstInvitation.url, ada)
  expect(status, heading).toBe(200)
})

const answerSchema = z.object({ token_type: z.literal('Bearer'), access_token: z.string() })

/** Runs what `npm run -s token` runs; the claims of the token that it prints. */
const fetched = async (...args: string[]) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['local/token.ts', '--state', stack.stateFolder, ...args],
    { cwd: fileURLToPath(new URL('../../', import.meta.url)) },
  )
  return decodeJwt(answerSchema.parse(JSON.parse(stdout)).access_token)
}

test('the printed command fetches a Partner Center token of the first partner', async () => {
  const { aud, tid } = await fetched()
  expect({ aud, tid }).toEqual({ aud: audiences.partnerCenter, tid: partner.tenant })
})

test('the command fetches a token for Azure Resource Manager at a customer', async () => {
  const { aud, tid } = await fetched('arm', '--customer', customer.tenant)
  expect({ aud, tid }).toEqual({ aud: audiences.arm, tid: customer.tenant })
})

test('the command shows a refusal and fails', async () => {
  const unknown = '00000000-0000-4000-8000-000000000000'
  await expect(fetched('--partner', unknown)).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('not_permitted'),
  })
})

test('a second broker on the same store issues too, with a client secret as its credential', async () => {
  const caller = callerWithRole(stack, 'Token.Issue')
  const path = `/${partner.tenant}/oauth2/v2.0/token`
  const before = (await recorded(stack.entra, path)).length
  const answer = await askToken(
    { ...stack, broker: stack.secretBroker },
    { caller, partner: partner.tenant, audience: audiences.graph },
  )
  expect(answer).toMatchObject({ status: 200 })
  const asked = (await recorded(stack.entra, path)).slice(before)
  expect(asked.map(({ form }) => form['grant_type'])).toEqual(['refresh_token'])
  expect(asked[0]?.form).toHaveProperty('client_secret')
  expect(asked[0]?.form).not.toHaveProperty('client_assertion')
})
