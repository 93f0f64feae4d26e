import type { HttpResponseInit } from '@azure/functions'
import type { BrokerError, BrokerErrorDetail } from '../broker/broker-error.ts'
import { answerHeaders, type Correlation } from './correlation.ts'
import { wire, type WireError } from './wire.ts'

/** Where the errors' documentation and the partner's renewal page are. */
export type ErrorLinks = { documentationUrl: string; onboardingUrl: string }

/** An error in the shape of RFC 6749 section 5.2 and of Entra; the description alone is enough. */
export const tokenError = (
  error: BrokerError,
  links: ErrorLinks,
  correlation: Correlation,
): HttpResponseInit => {
  const row = wire[error.code]
  return {
    status: row.status,
    headers: { ...answerHeaders(correlation), ...errorHeaders(error, row) },
    jsonBody: errorBody(error, links, correlation.correlationId),
  }
}

const errorBody = (error: BrokerError, links: ErrorLinks, correlationId: string) => {
  const { code, detail } = error
  const row = wire[code]
  const suberror = detail.suberror ?? row.suberror
  const reconsent = reconsentUri(detail, links)
  return {
    error: detail.error ?? row.error,
    error_description: describe(error, { reconsent, correlationId }),
    error_uri: `${links.documentationUrl}/errors.md#${code}`,
    error_codes: detail.errorCodes ?? [],
    timestamp: new Date().toISOString(),
    correlation_id: correlationId,
    ...(suberror !== undefined && { suberror }),
    code,
    who_must_act: detail.whoMustAct ?? row.whoMustAct,
    retryable: row.retryable,
    ...(reconsent !== undefined && { reconsent_uri: reconsent }),
    ...(detail.claims !== undefined && { claims: detail.claims }),
  }
}

const reconsentUri = ({ reconsentPartner }: BrokerErrorDetail, links: ErrorLinks) =>
  reconsentPartner === undefined ? undefined : `${links.onboardingUrl}/renew/${reconsentPartner}`

const describe = (
  { code, message, detail }: BrokerError,
  { reconsent, correlationId }: { reconsent: string | undefined; correlationId: string },
): string => {
  const where = reconsent === undefined ? '' : ` at ${reconsent}`
  const numbers = (detail.errorCodes ?? []).map((number) => `AADSTS${number}`).join(', ')
  const entra = numbers === '' ? '' : ` (${numbers})`
  return `${code}: ${message}${where}.${entra} Correlation ID: ${correlationId}`
}

const errorHeaders = ({ detail }: BrokerError, row: WireError): Record<string, string> => ({
  ...(row.status === 401 && {
    'www-authenticate': 'Bearer realm="token broker", error="invalid_token"',
  }),
  ...(row.retryable && { 'retry-after': String(detail.retryAfterSeconds ?? 5) }),
})
