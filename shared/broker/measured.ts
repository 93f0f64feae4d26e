import { findAudience } from './audience.ts'
import { asBrokerError } from './broker-error.ts'
import type { IssueToken } from './issue-token.ts'
import type { Metrics } from './metrics.ts'
import { policySnapshot, type CurrentPolicy, type PolicyRows } from './policy.ts'
import type { RedeemRefreshToken } from './redeem.ts'

type Measuring = { metrics: Metrics; now: () => number }

/** Around everything: how long each request took, by audience and outcome. */
export const measured =
  ({ metrics, now }: Measuring, next: IssueToken): IssueToken =>
  async (request) => {
    const startedAt = now()
    const audience = findAudience(request.audience)?.resource ?? 'other'
    const done = (code: string) =>
      metrics('token_request_ms', now() - startedAt, { code, audience })
    try {
      const issued = await next(request)
      done('issued')
      return issued
    } catch (thrown) {
      done(asBrokerError(thrown).code)
      throw thrown
    }
  }

/** How long each redemption took, its retries included, and how Entra answered. */
export const measuredRedemption =
  ({ metrics, now }: Measuring, next: RedeemRefreshToken): RedeemRefreshToken =>
  async (request) => {
    const startedAt = now()
    const done = (outcome: string) => metrics('redemption_ms', now() - startedAt, { outcome })
    try {
      const redemption = await next(request)
      done('redeemed' in redemption ? 'redeemed' : `status_${redemption.failure.status}`)
      return redemption
    } catch (thrown) {
      done('failed')
      throw thrown
    }
  }

/** How old the policy was, each time that something was decided by it. */
export const measuredPolicy = ({ metrics, now }: Measuring, rows: PolicyRows): CurrentPolicy => {
  let readAt = now()
  const readEpoch = async () => {
    const startedAt = now()
    const epoch = await rows.readEpoch()
    readAt = startedAt
    return epoch
  }
  const current = policySnapshot({ ...rows, readEpoch }, now)
  return async (notBefore) => {
    const policy = await current(notBefore)
    metrics('policy_age_ms', now() - readAt)
    return policy
  }
}
