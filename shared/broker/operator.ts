import { callerKey, type Caller } from './caller.ts'

/** Who manages or relays: an application, or a person through one. */
export type Operator = Caller & {
  roles: string[]
  person?: {
    /** Object id. */
    id: string
    /** Authentication contexts that the sign-in satisfied (`acrs`). */
    authContexts: string[]
  }
}

/** Proves who it is from an Entra token; throws `caller_unauthenticated`. */
export type AuthenticateOperator = (token: string) => Promise<Operator>

/** Who, for the record: `{tenant}/{application}`, and after it the person if there is one. */
export const operatorName = (operator: Operator): string =>
  operator.person ? `${callerKey(operator)}/${operator.person.id}` : callerKey(operator)
