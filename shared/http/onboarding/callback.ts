import type { HttpRequest } from '@azure/functions'
import { asBrokerError } from '../../broker/broker-error.ts'
import type { Callback } from '../../broker/answer-callback.ts'
import type { ConsentOutcome } from '../../broker/consent-outcome.ts'
import { attemptIdOf } from '../../broker/attempt.ts'
import { readForm, single } from '../form.ts'
import { attemptCookie, cookieOf, isSecret } from './cookies.ts'
import { shown, type OnboardingDesk, type Visitor } from './desk.ts'
import { outcomeAnswer } from './outcome.ts'
import { toOwnPage } from './session.ts'

/** `POST /consent/callback`: hands what Entra sent, and the browser's cookie, to the broker. */
export const answerEntra = (desk: OnboardingDesk, request: HttpRequest) =>
  shown(desk, request, async (visitor) => {
    // Somebody opened the address of an outcome again. Entra posts: a query would be in logs.
    if (request.method === 'GET') return toOwnPage(desk, visitor)
    const { correlationId } = visitor.correlation
    const form = await readForm(request).catch(() => new URLSearchParams())
    const state = wellFormed(form, 'state', 200)
    if (state === undefined) return outcomeAnswer(desk, visitor, { kind: 'attempt_unknown' })
    const browser = cookieOf(request, attemptCookie(attemptIdOf(state)))
    // Any other value is as good as none: the broker would call it malformed.
    const isCookie = browser !== undefined && isSecret(browser)
    const outcome = await askBroker(desk, visitor, {
      state,
      answer: entraAnswer(form),
      correlationId,
      ...(isCookie && { browser }),
    })
    return outcomeAnswer(desk, visitor, outcome)
  })

// Where the broker's answer was lost the consent may be stored all the same: reloading tells.
const askBroker = async (
  desk: OnboardingDesk,
  { correlation }: Visitor,
  callback: Callback,
): Promise<ConsentOutcome> => {
  try {
    return await desk.relay.callback(callback)
  } catch (thrown) {
    const error = asBrokerError(thrown)
    desk.onRefused(error, correlation)
    const isRefused = /^broker_\d{3}$/.test(error.detail.reason ?? '')
    return { kind: isRefused ? 'unavailable' : 'in_progress' }
  }
}

const entraAnswer = (form: URLSearchParams) => {
  const code = wellFormed(form, 'code', 8192)
  const error = wellFormed(form, 'error', 100)
  return {
    errorCodes: aadstsIn(form.get('error_description')),
    ...(code !== undefined && { code }),
    ...(error !== undefined && { error }),
  }
}

/** The AADSTS numbers of a description; the rest of its text is nobody's to trust. */
export const aadstsIn = (description: string | null): number[] =>
  [...(description ?? '').matchAll(/AADSTS(\d{4,8})/g)]
    .map(([, number]) => Number(number))
    .slice(0, 3)

const wellFormed = (form: URLSearchParams, name: string, max: number): string | undefined => {
  try {
    const value = single(form, name)
    return value !== undefined && value.length <= max ? value : undefined
  } catch {
    return undefined
  }
}
