/** A service that asks for a token. */
export type Caller = { tenant: string; clientId: string }

/** Proves who calls from the caller's own Entra token; throws `caller_unauthenticated`. */
export type AuthenticateCaller = (token: string) => Promise<Caller>

export const callerKey = ({ tenant, clientId }: Caller): string => `${tenant}/${clientId}`
