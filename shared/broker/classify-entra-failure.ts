import { meaningOfCodes, type EntraMeaning } from './entra-error-codes.ts'
import {
  classes,
  throttled,
  transient,
  unknownGrantError,
  type FailureClass,
  type RedeemedAt,
} from './failure-classes.ts'
import type { EntraFailure } from './redeem.ts'

/**
 * Classifies what Entra's token endpoint refused: by HTTP status, then `error`, then `suberror`,
 * then the AADSTS numbers, never by text.
 */
export const classifyEntraFailure = (failure: EntraFailure, at: RedeemedAt): FailureClass =>
  byStatus(failure) ?? byError(failure, at) ?? byGrantError(failure, at)

const byStatus = ({ status, error }: EntraFailure): FailureClass | undefined => {
  if (status === 0) return transient('Microsoft Entra did not answer in time')
  if (status === 429) return throttled
  if (status >= 500) return transient('Microsoft Entra is not available')
  return error === 'unreadable'
    ? transient('Microsoft Entra gave an answer that is none of its own')
    : undefined
}

const ours = new Set(['invalid_client', 'unauthorized_client'])
const busy = new Set(['temporarily_unavailable', 'server_error'])
const aboutGrant = new Set([
  'invalid_grant',
  'interaction_required',
  'consent_required',
  'login_required',
])

const byError = (failure: EntraFailure, at: RedeemedAt): FailureClass | undefined => {
  if (busy.has(failure.error)) return transient('Microsoft Entra is not available')
  if (aboutGrant.has(failure.error)) return undefined
  const meaning = meaningOfCodes(failure.errorCodes)
  if (ours.has(failure.error) && meaning !== 'app_absent') return classes[at].app
  // Only an error about the grant may mark it, whatever numbers come along.
  return { ...classes[at][meaning ?? 'request'], marksGrant: false }
}

const byGrantError = (failure: EntraFailure, at: RedeemedAt): FailureClass => {
  const meaning = bySuberror(failure) ?? meaningOfCodes(failure.errorCodes)
  const found = meaning === undefined ? unknownGrantError : classes[at][meaning]
  return found.suberror === undefined && failure.suberror !== undefined
    ? { ...found, suberror: failure.suberror }
    : found
}

const suberrors = new Map<string, EntraMeaning>([
  ['bad_token', 'dead'],
  ['user_password_expired', 'dead'],
  ['consent_required', 'consent'],
])

const bySuberror = ({ suberror }: EntraFailure): EntraMeaning | undefined =>
  suberror === undefined ? undefined : suberrors.get(suberror)
