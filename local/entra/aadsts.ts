import { randomUUID } from 'node:crypto'
import type { LocalAnswer, LocalRequest } from '../kit/part.ts'

// HTTP status, `error` and `suberror` as Entra sends them with each code.
const table = {
  28000: [400, 'invalid_scope'],
  50011: [400, 'invalid_request'],
  50020: [400, 'invalid_grant'],
  50027: [401, 'invalid_client'],
  50034: [400, 'invalid_grant'],
  50058: [400, 'login_required'],
  50149: [400, 'invalid_request'],
  50173: [400, 'invalid_grant', 'bad_token'],
  54005: [400, 'invalid_grant'],
  65001: [400, 'invalid_grant', 'consent_required'],
  65004: [400, 'access_denied'],
  70000: [400, 'invalid_grant'],
  70003: [400, 'unsupported_grant_type'],
  70005: [400, 'unsupported_response_type'],
  70007: [400, 'unsupported_response_mode'],
  70008: [400, 'invalid_grant'],
  70011: [400, 'invalid_scope'],
  90002: [400, 'invalid_request'],
  90094: [400, 'consent_required'],
  500011: [400, 'invalid_resource'],
  500112: [401, 'invalid_client'],
  500341: [400, 'invalid_grant'],
  501481: [400, 'invalid_grant'],
  501491: [400, 'invalid_request'],
  700005: [400, 'invalid_grant'],
  700016: [400, 'unauthorized_client'],
  700021: [401, 'invalid_client'],
  700023: [401, 'invalid_client'],
  700024: [401, 'invalid_client'],
  700025: [401, 'invalid_client'],
  700027: [401, 'invalid_client'],
  700082: [400, 'invalid_grant'],
  700211: [401, 'invalid_client'],
  700212: [401, 'invalid_client'],
  700213: [401, 'invalid_client'],
  900144: [400, 'invalid_request'],
  900561: [400, 'invalid_request'],
  900971: [400, 'invalid_request'],
  901001: [400, 'invalid_request'],
  901002: [400, 'invalid_request'],
  1002012: [400, 'invalid_scope'],
  7000215: [401, 'invalid_client'],
  7000218: [401, 'invalid_client'],
  9001023: [400, 'invalid_request'],
  9002313: [400, 'invalid_grant'],
} satisfies Record<number, readonly [number, string, string?]>

export type AadstsCode = keyof typeof table

/** A refusal of the local Entra, with the number that the real one uses. */
export class EntraError extends Error {
  readonly code: AadstsCode
  readonly status: number
  readonly error: string
  readonly suberror: string | undefined

  constructor(code: AadstsCode, text: string, error?: string) {
    super(`AADSTS${code}: ${text}`)
    const [status, usual, suberror]: readonly [number, string, string?] = table[code]
    this.code = code
    this.status = status
    this.error = error ?? usual
    this.suberror = suberror
  }
}

/** The refusal for a parameter that is not there. */
export const missing = (parameter: string): EntraError =>
  new EntraError(900144, `The request body must contain the following parameter: '${parameter}'.`)

/** The refusal of a tenant that does not exist here. */
export const tenantNotFound = (tenant: string, error?: string): EntraError =>
  new EntraError(
    90002,
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
    error,
  )

type Occasion = { request: LocalRequest; nowMs: number }

/** Entra's JSON body for a refusal. */
export const errorAnswer = (error: EntraError, occasion: Occasion): LocalAnswer => {
  const trace = traceOf(occasion)
  return {
    status: error.status,
    headers: { 'cache-control': 'no-store, no-cache', 'x-ms-request-id': trace.trace_id },
    body: {
      error: error.error,
      error_description: describe(error, trace),
      error_codes: [error.code],
      ...trace,
      error_uri: `https://login.microsoftonline.com/error?code=${error.code}`,
      ...(error.suberror && { suberror: error.suberror }),
    },
  }
}

/** Entra's `error_description`: the text with trace id, correlation id and time. */
export const errorDescription = (error: EntraError, occasion: Occasion): string =>
  describe(error, traceOf(occasion))

type Trace = { timestamp: string; trace_id: string; correlation_id: string }

const describe = (error: EntraError, trace: Trace): string =>
  `${error.message} Trace ID: ${trace.trace_id} Correlation ID: ${trace.correlation_id} Timestamp: ${trace.timestamp}`

const traceOf = ({ request, nowMs }: Occasion): Trace => ({
  timestamp: `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')}Z`,
  trace_id: randomUUID(),
  correlation_id: correlationId(request),
})

const correlationId = ({ headers, url, form }: LocalRequest): string => {
  const name = 'client-request-id'
  const sent = headers[name] ?? url.searchParams.get(name) ?? form.get(name)
  return typeof sent === 'string' && /^[0-9a-f-]{36}$/i.test(sent) ? sent : randomUUID()
}
