import * as z from 'zod'
import type { ProbePartnerCenter } from '../broker/prove-consent.ts'
import { guardedDoor } from './guarded-door.ts'
import { httpFailure } from './trouble.ts'

const timeoutMs = 10_000
const mfaMissingCode = 900421

const errorBody = z.object({ code: z.coerce.number() })

/**
 * Asks Partner Center for one customer (which needs an agent role) with `ValidateMfa: true`. The
 * answer about MFA comes in the header or in the body `isMfaCompliant`; absent means unproven.
 */
export const probePartnerCenter = (baseUrl: string): ProbePartnerCenter => {
  const door = guardedDoor({ dependency: 'partner_center', timeoutMs })
  return ({ accessToken, correlationId }) =>
    door(async (signal) => {
      const response = await fetch(`${baseUrl}/v1/customers?size=1`, {
        signal,
        redirect: 'error',
        headers: {
          authorization: `Bearer ${accessToken}`,
          accept: 'application/json',
          ValidateMfa: 'true',
          'MS-CorrelationId': correlationId,
          'MS-RequestId': crypto.randomUUID(),
        },
      })
      return answerOf(response, parseJson(await response.text()))
    })
}

const answerOf = (response: Response, body: unknown) => {
  // A page of somebody else, such as a proxy, is no answer of Partner Center.
  if (response.ok && body !== undefined) return mfaAnswer(response, body)
  const parsed = errorBody.safeParse(body)
  if (parsed.success && parsed.data.code === mfaMissingCode) return 'mfa_missing'
  // Partner Center answers 401 and 403 to persons without an agent role of that tenant.
  if (response.status === 401 || response.status === 403) return 'not_an_agent'
  throw httpFailure(response)
}

const inBody = z.object({ isMfaCompliant: z.union([z.boolean(), z.string()]) })

const mfaAnswer = (response: Response, body: unknown) => {
  const parsed = inBody.safeParse(body)
  const value = response.headers.get('isMfaCompliant') ?? parsed.data?.isMfaCompliant
  if (value === undefined) return 'mfa_unproven'
  return String(value).toLowerCase() === 'true' ? 'proven' : 'mfa_missing'
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
