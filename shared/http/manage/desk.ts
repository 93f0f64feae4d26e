import type { HttpRequest } from '@azure/functions'
import { asBrokerError, BrokerError } from '../../broker/broker-error.ts'
import type { Admits } from '../../broker/network.ts'
import type { AuthenticateOperator, Operator } from '../../broker/operator.ts'
import { addressOf } from '../address.ts'
import { answerHeaders, correlate, type Answer, type Correlation } from '../correlation.ts'
import { brokerProblem } from '../problem.ts'
import { bearerToken } from '../token-request.ts'

export type Role = 'Broker.Manage' | 'Broker.Read' | 'Consent.Relay'

export type Desk = {
  identify: AuthenticateOperator
  /** Networks that may come in at all; absent: from wherever the broker can be reached. */
  networks?: Admits
  trustedProxies: number
  /** Told of each refusal of a request that leaves no record. */
  onRefused: (error: BrokerError, correlation: Correlation) => void
}

export type Visit = {
  request: HttpRequest
  operator: Operator
  address?: string
  correlation: Correlation
}

type Run = (visit: Visit) => Promise<Answer>

/** Proves who asks, runs, and answers every refusal as problem+json. */
export const visited = async (desk: Desk, request: HttpRequest, run: Run): Promise<Answer> => {
  const correlation = correlate([request.headers.get('client-request-id')])
  try {
    const from = addressOf(request, desk.trustedProxies)
    requireNetwork(desk, from.address)
    const token = bearerToken(request.headers.get('authorization'))
    if (token === undefined) throw tokenAbsent()
    return await run({ request, operator: await desk.identify(token), correlation, ...from })
  } catch (thrown) {
    const error = asBrokerError(thrown)
    desk.onRefused(error, correlation)
    return brokerProblem(error, correlation)
  }
}

/** Throws `not_permitted` for whoever has none of the roles. */
export const requireAnyRole = ({ roles }: Operator, anyOf: readonly Role[]): void => {
  if (anyOf.some((role) => roles.includes(role))) return
  const needed = `this call needs the app role ${anyOf.join(' or ')}`
  throw new BrokerError('not_permitted', needed, { reason: 'role_missing' })
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

// Before the token is looked at, and closed for an address that cannot be read.
const requireNetwork = ({ networks }: Desk, address: string | undefined): void => {
  if (!networks || (address !== undefined && networks(address))) return
  throw new BrokerError(
    'not_permitted',
    'this address may not call this part of the broker. The operator decides on networks',
    { reason: 'network' },
  )
}

const tokenAbsent = () =>
  new BrokerError(
    'caller_unauthenticated',
    "send the caller's Entra token for the broker as Authorization: Bearer",
    { reason: 'caller_token_absent' },
  )
