import { HttpRequest } from '@azure/functions'
import { expect, test, vi } from 'vitest'
import { attemptIdOf } from '../../shared/broker/attempt.ts'
import type { Callback } from '../../shared/broker/answer-callback.ts'
import { answerEntra } from '../../shared/http/onboarding/callback.ts'
import type { OnboardingDesk } from '../../shared/http/onboarding/desk.ts'

const state = 's'.repeat(43)
const secret = 'b'.repeat(43)
const name = `__Host-attempt-${attemptIdOf(state)}`

const unused = async () => {
  throw new Error('not asked')
}

/** What the broker is told of the browser that sends this Cookie header with Entra's answer. */
const browserOf = async (cookie: string): Promise<string | undefined> => {
  const callback = vi.fn(async (_: Callback) => ({ kind: 'attempt_unknown' as const }))
  const relay: OnboardingDesk['relay'] = {
    invitation: unused,
    signIn: unused,
    approval: unused,
    callback,
    partnerSignIn: unused,
    partner: unused,
    renew: unused,
    withdraw: unused,
    signOut: unused,
  }
  const desk: OnboardingDesk = {
    relay,
    operator: { operatorName: 'Contoso', operatorContact: 'help@contoso.example' },
    onboardingUrl: 'https://onboarding.contoso.example',
    authorityHost: 'https://login.example',
    onRefused: () => {},
  }
  const request = new HttpRequest({
    method: 'POST',
    url: 'https://onboarding.contoso.example/consent/callback',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: { string: new URLSearchParams({ state, code: 'c' }).toString() },
  })
  await answerEntra(desk, request)
  return callback.mock.calls[0]?.[0].browser
}

test('the cookie of an attempt is found among others', async () => {
  expect(await browserOf(`${name}=${secret}`)).toBe(secret)
  expect(await browserOf(`a=1; ${name}=${secret}; b=2`)).toBe(secret)
})

// Who controls another host of the domain may set a cookie of any other name for ours. Only a cookie
// whose own name begins with `__Host-` is known to be from us.
test.each([
  ['after a comma', `theme=dark,${name}=${secret}`],
  ['after a comma and a space', `theme=dark, ${name}=${secret}`],
  ['in quotes', `theme="dark,${name}=${secret}"`],
  ['behind another sign', `theme=${name}=${secret}`],
])('what stands in the value of another cookie is no cookie of ours: %s', async (_, cookie) => {
  expect(await browserOf(cookie)).toBeUndefined()
})
