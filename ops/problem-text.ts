import * as z from 'zod'
import { printable } from './text.ts'

const problemSchema = z.looseObject({
  code: z.string(),
  detail: z.string().optional(),
  field: z.string().optional(),
  correlation_id: z.string().optional(),
})

/** The code of a refusal; undefined for an answer that is none of the broker's. */
export const problemCode = (body: unknown): string | undefined =>
  problemSchema.safeParse(body).data?.code

type Refusal = { status: number; body: unknown; claims: string | undefined }

/** A refusal (RFC 9457) for a person: what, which field, what to do, and the correlation id. */
export const problemText = ({ status, body, claims }: Refusal): string => {
  const problem = problemSchema.safeParse(body).data
  if (!problem)
    return `The broker answered ${status} without saying why.\n  do: ${remedyOf(status)}`
  const { code, detail, field, correlation_id: correlation } = problem
  const remedy = claims === undefined ? (remedies[code] ?? remedyOf(status)) : signInAgain(claims)
  const lines = [
    `Refused: ${code} (${status})${detail === undefined ? '' : `: ${detail}`}`,
    field !== undefined && `  field: ${field}`,
    `  do: ${remedy}`,
    correlation !== undefined && `  correlation id: ${correlation}`,
  ]
  return lines
    .filter((line) => line !== false)
    .map(printable)
    .join('\n')
}

const signInAgain = (claims: string): string =>
  `az login --scope {broker audience}/.default --claims-challenge ${claims}`

const remedies: Record<string, string> = {
  request_malformed: 'correct it and try again',
  caller_unauthenticated:
    'check the tenant and --broker-audience you sign in for, then sign in again (az login)',
  not_permitted:
    'needs the app role Broker.Manage (Broker.Read to look), given in the operator tenant, and a network that the broker lets manage (MANAGEMENT_NETWORKS)',
  not_found: 'look at the list for what is there',
  conflict: 'look again, then decide again',
  precondition_failed: 'someone changed it meanwhile: look again, then decide again',
}

const remedyOf = (status: number): string => {
  if (status === 404) return 'look at the list; or this broker is of another version'
  if (status === 429 || status === 503) return 'try again shortly'
  return status >= 500
    ? "look in the broker's log for the correlation id"
    : 'check the address and the command'
}
