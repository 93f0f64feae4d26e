import type { AccessToken, Wishes } from './issue-token.ts'

/** A cached token is handed out as long as it lives this much longer. */
export const minimumLifeMs = 5 * 60_000

/** A token is renewed this long before its end, so that a fault of Entra's finds a good one. */
export const refreshAheadMs = 15 * 60_000

type Life = Pick<AccessToken, 'expiresAt'>

export const isUsable = ({ expiresAt }: Life, now: number): boolean =>
  expiresAt - now >= minimumLifeMs

/** Whether a kept token cannot answer this request at all. */
export const mustRefresh = (token: Life, { minLifeMs = 0 }: Wishes, now: number): boolean =>
  !isUsable(token, now) || token.expiresAt - now < minLifeMs

/** Whether a kept token should be renewed although it could still answer. */
export const shouldRefresh = ({ expiresAt }: Life, now: number): boolean =>
  expiresAt - now < refreshAheadMs

/** After how many seconds a caller gets a newer token by asking again. */
export const refreshInSeconds = (lifeSeconds: number): number => {
  const ahead = refreshAheadMs / 1000
  return lifeSeconds > 2 * ahead ? lifeSeconds - ahead : Math.floor(lifeSeconds / 2)
}
