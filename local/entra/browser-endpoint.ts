import type { LocalAnswer, LocalRequest } from '../kit/part.ts'
import { EntraError, errorDescription } from './aadsts.ts'
import { returnAddress, type ReturnAddress } from './authorize-request.ts'
import type { Client } from './clients.ts'
import type { Entra } from './context.ts'
import { escapeHtml, pageAnswer } from './page.ts'
import { returnAnswer } from './return-answer.ts'
import { actionOf, parametersOf } from './sign-in.ts'

export type BrowserRequest = {
  request: LocalRequest
  parameters: URLSearchParams
  /** Path segment: a tenant, `common` or `organizations`. */
  authority: string
  client: Client
}

/** A page to show, or fields to take back to the application. */
export type Outcome = { page: LocalAnswer } | { fields: Record<string, string> }

type Rules = {
  decide: (entra: Entra, asked: BrowserRequest) => Outcome
  /** Fields that go back whatever the outcome. */
  always?: Record<string, string>
  mode?: ReturnAddress['mode']
}

/** An endpoint that a browser visits: refusals go back only to a proven redirect URI. */
export const browserEndpoint =
  ({ decide, always = {}, mode }: Rules) =>
  (entra: Entra, request: LocalRequest, authority: string): LocalAnswer => {
    try {
      const parameters = parametersOf(request)
      const { client, ...address } = returnAddress(entra, parameters, authority)
      const asked = { request, parameters, authority, client }
      const outcome = refusedBack(entra, request, () => decide(entra, asked))
      if ('page' in outcome) return outcome.page
      const proven = { ...address, mode: mode ?? address.mode }
      return returnAnswer(proven, { ...always, ...outcome.fields })
    } catch (error) {
      if (error instanceof EntraError) return refusalPage(entra, request, error)
      throw error
    }
  }

const refusedBack = (entra: Entra, request: LocalRequest, decide: () => Outcome): Outcome => {
  try {
    return decide()
  } catch (error) {
    // Someone who is nobody in this tenant is told so by Entra itself, never by the application.
    if (!(error instanceof EntraError) || error.code === 50020 || error.code === 50034) throw error
    const error_description = errorDescription(error, { request, nowMs: entra.nowMs() })
    const cancelled = error.code === 65004 && { error_subcode: 'cancel' }
    return { fields: { error: error.error, error_description, ...cancelled } }
  }
}

/** A refusal that stays at Entra: the page tells what is wrong and leads back to the choice. */
export const refusalPage = (
  entra: Entra,
  request: LocalRequest,
  error: EntraError,
): LocalAnswer => {
  const description = errorDescription(error, { request, nowMs: entra.nowMs() })
  const back =
    request.method === 'POST'
      ? `<p><a href="${escapeHtml(actionOf(request))}">Choose another account</a></p>`
      : ''
  return pageAnswer({
    status: error.status,
    title: "Sorry, but we're having trouble signing you in",
    main: `<p>${escapeHtml(description)}</p>${back}`,
  })
}
