import { log } from '../azure/log.ts'
import type { IssueRecord } from '../broker/audited.ts'
import type { BrokerError } from '../broker/broker-error.ts'
import type { Correlation } from '../http/correlation.ts'
import { wire } from '../http/wire.ts'

/** One line for each request of an authenticated caller. */
export const record = (facts: IssueRecord): void =>
  log(facts.outcome === 'issued' ? 'information' : 'warning', `token_${facts.outcome}`, facts)

/** Something that a person must look at. */
export const alarm = (name: string, facts: Record<string, string | number>): void =>
  log('error', `alarm_${name}`, facts)

/** One line for each refusal; faults of ours are errors, refused callers are warnings. */
export const refused = (
  { code, message, detail }: BrokerError,
  { correlationId, clientRequestId }: Correlation,
): void =>
  log(wire[code].status >= 500 ? 'error' : 'warning', 'refused', {
    code,
    message,
    reason: detail.reason,
    correlationId,
    clientRequestId,
  })

/** Why the app is not ready, or failed: for our own settings errors the text, else the name. */
export const failed = (event: string, thrown: unknown): void => {
  if (!(thrown instanceof Error)) return log('error', event, { problem: 'not an error' })
  const reason = 'detail' in thrown ? JSON.stringify(thrown.detail) : undefined
  const isOurs = thrown.name === 'SettingsError' || thrown.name === 'BrokerError'
  log('error', event, { problem: isOurs ? thrown.message : thrown.name, reason })
}
