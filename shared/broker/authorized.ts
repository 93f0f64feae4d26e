import { BrokerError } from './broker-error.ts'
import type { IssueRequest, IssueToken, ObtainToken } from './issue-token.ts'
import { decide, type Decision } from './permission.ts'
import type { CurrentPolicy } from './policy.ts'

type Allowed = Extract<Decision, { allowed: true }>

/**
 * Outside the cache, so that a warm cache never answers a caller whom no permission allows. Decided
 * again before the answer leaves: a permission may have gone while a token was being obtained.
 */
export const authorized =
  (currentPolicy: CurrentPolicy, now: () => number, next: ObtainToken): IssueToken =>
  async (request) => {
    const check = async (): Promise<Allowed> =>
      allowedOrThrow(decide((await currentPolicy()).permissions, request, now()), request)
    await check()
    const token = await next(targetOf(request))
    const { permission, purpose } = await check()
    return { ...token, permission, purpose }
  }

const allowedOrThrow = (decision: Decision, request: IssueRequest): Allowed => {
  if (decision.allowed) return decision
  throw decision.reason === 'purpose_missing'
    ? purposeMissing(decision.purposes ?? [])
    : notPermitted(decision.reason, request)
}

// One answer for whatever is not permitted, so that it is no oracle; the log has the reason.
const notPermitted = (reason: string, { audience }: IssueRequest) =>
  new BrokerError(
    'not_permitted',
    `no permission lets this caller have a token for ${audience} at this authority. The operator decides on permissions`,
    { reason },
  )

const purposeMissing = (purposes: string[]) =>
  new BrokerError(
    'request_malformed',
    `purpose is missing and the permission names several; send one of: ${purposes.join(', ')}`,
    { error: 'invalid_request', reason: 'purpose_missing' },
  )

// Who asked and why must not reach what lies beneath: its answers are shared between callers.
const targetOf = ({ partner, customer, audience, scopes, correlationId }: IssueRequest) => ({
  partner,
  audience,
  scopes,
  correlationId,
  ...(customer !== undefined && { customer }),
})
