import type { HttpRequest } from '@azure/functions'
import { asBrokerError, BrokerError } from '../../broker/broker-error.ts'
import type { Caller } from '../../broker/caller.ts'
import { answerHeaders, correlate, type Answer, type Correlation } from '../correlation.ts'
import { brokerProblem } from '../problem.ts'
import { bearerToken } from '../token-request.ts'

export type Role = 'Broker.Manage' | 'Broker.Read' | 'Consent.Relay'

/** Who may come in: a verified application with at least one of the roles, or a `BrokerError`. */
export type Admit = (token: string, anyOf: readonly Role[]) => Promise<Caller>

export type Desk = {
  admit: Admit
  onRefused: (error: BrokerError, correlation: Correlation) => void
}

export type Visit = { request: HttpRequest; caller: Caller; correlation: Correlation }

type Run = (visit: Visit) => Promise<Answer>

/** Admits a caller with one of the roles, runs, and answers every refusal as problem+json. */
export const admitted = async (
  desk: Desk,
  request: HttpRequest,
  { roles, run }: { roles: readonly Role[]; run: Run },
): Promise<Answer> => {
  const correlation = correlate([request.headers.get('client-request-id')])
  try {
    const token = bearerToken(request.headers.get('authorization'))
    if (token === undefined) throw tokenAbsent()
    const caller = await desk.admit(token, roles)
    return await run({ request, caller, correlation })
  } catch (thrown) {
    const error = asBrokerError(thrown)
    desk.onRefused(error, correlation)
    return brokerProblem(error, correlation)
  }
}

/** A JSON answer, with the headers that all answers have. */
export const json = ({ correlation }: Visit, status: number, jsonBody: unknown): Answer => ({
  status,
  jsonBody,
  headers: answerHeaders(correlation),
})

export const noContent = ({ correlation }: Visit): Answer => ({
  status: 204,
  headers: answerHeaders(correlation),
})

const tokenAbsent = () =>
  new BrokerError(
    'caller_unauthenticated',
    "send the caller's Entra token for the broker as Authorization: Bearer",
    { reason: 'caller_token_absent' },
  )
