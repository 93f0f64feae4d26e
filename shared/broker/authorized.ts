import { BrokerError } from './broker-error.ts'
import { callerKey } from './caller.ts'
import type { IssueRequest, IssueToken, ObtainRequest, ObtainToken } from './issue-token.ts'
import { lockdownFor } from './lockdown.ts'
import { decide, decideOne, type Asked, type Decision } from './permission.ts'
import type { CurrentPolicy, Policy } from './policy.ts'

type Allowed = Extract<Decision, { allowed: true }>

/**
 * Outside the cache, so that a warm cache never answers a caller whom no permission allows. Decided
 * again before the answer leaves: a permission may have gone, or a lockdown come, while a token was
 * being obtained.
 */
export const authorized =
  (currentPolicy: CurrentPolicy, now: () => number, next: ObtainToken): IssueToken =>
  async (request) => {
    const check = async () => decideOrThrow(await currentPolicy(), request, now())
    await check()
    const token = await next(obtainRequest(request))
    return { ...token, ...(await check()) }
  }

/** Permission first, lockdown after: whoever has no permission learns nothing of lockdowns. */
export const decideOrThrow = (policy: Policy, request: Asked, now: number) => {
  const trials = trialsOf(policy, request, now)
  const { permission, purpose } = allowedOrThrow(decide(policy.permissions, request, now), {
    request,
    trials,
  })
  if (lockdownFor(policy.lockdowns, request)) throw lockedDown({ permission, trials })
  return { permission, purpose, trials }
}

/** What permissions in mode `audit` would have decided: on record, and nothing more. */
const trialsOf = ({ permissions }: Policy, request: Asked, now: number): string[] =>
  permissions
    .filter(
      ({ caller, mode }) => mode === 'audit' && callerKey(caller) === callerKey(request.caller),
    )
    .map((permission) => {
      const decision = decideOne(permission, request, now)
      return `${permission.name}=${decision.allowed ? 'allowed' : decision.reason}`
    })

type Refusing = { request: Asked; trials: string[] }

const allowedOrThrow = (decision: Decision, refusing: Refusing): Allowed => {
  if (decision.allowed) return decision
  throw decision.reason === 'purpose_missing'
    ? purposeMissing(decision, refusing)
    : notPermitted(decision, refusing)
}

type Refused = Extract<Decision, { allowed: false }>

// One answer for whatever is not permitted, so that it is no oracle; the record has the reason.
const notPermitted = ({ reason, permission }: Refused, { request, trials }: Refusing) =>
  new BrokerError(
    'not_permitted',
    `no permission lets this caller have a token for ${request.audience} at this authority. The operator decides on permissions`,
    { reason, trials, ...(permission !== undefined && { permission }) },
  )

const purposeMissing = ({ purposes = [] }: Refused, { trials }: Refusing) =>
  new BrokerError(
    'request_malformed',
    `purpose is missing and the permission names several; send one of: ${purposes.join(', ')}`,
    { error: 'invalid_request', reason: 'purpose_missing', trials },
  )

const lockedDown = (facts: { permission: string; trials: string[] }) =>
  new BrokerError(
    'locked_down',
    'the operator has stopped issuing for this caller, partner or audience. The operator must lift the lockdown',
    { reason: 'locked_down', ...facts },
  )

// Who asked and why must not reach what lies beneath: its answers are shared between callers.
const obtainRequest = ({
  caller,
  purpose: _purpose,
  address: _address,
  ...rest
}: IssueRequest): ObtainRequest => ({ ...rest, asker: callerKey(caller) })
