import { callerKey, type Caller } from './caller.ts'

/** What a lockdown stops. */
export type LockdownScope = 'all' | 'partner' | 'caller' | 'audience'

/** The switch that stops issuing. It holds whatever the permissions say. */
export type Lockdown = {
  v: 1
  name: string
  scope: LockdownScope
  /** Tenant id, `{tenant}/{clientId}` or resource address; absent for `all`. */
  id?: string
  reason: string
  /** Who set it and when, milliseconds since the epoch. */
  by: string
  at: number
}

/** The lockdown that stops this request; undefined when none does. */
export const lockdownFor = (
  lockdowns: readonly Lockdown[],
  asked: { caller: Caller; partner: string; audience: string },
): Lockdown | undefined => {
  const ids: Record<LockdownScope, string | undefined> = {
    all: undefined,
    partner: asked.partner,
    caller: callerKey(asked.caller),
    audience: asked.audience,
  }
  return lockdowns.find(({ scope, id }) => scope === 'all' || id === ids[scope])
}
