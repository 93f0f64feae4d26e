import type { ProbePartnerCenter } from '../../shared/broker/prove-consent.ts'
import type { RedeemRefreshToken } from '../../shared/broker/redeem.ts'
import type { Clock } from './clock.ts'
import { indexOf, personOf } from './partners.ts'

const typicalMs = { redeem: 250, probe: 200 }
// As long as Entra's are, or nearly so.
const padding = 'x'.repeat(1_200)

/** The refresh token of a partner. */
export const refreshTokenOf = (index: number): string => `${index}.${padding}`

/** Entra and Partner Center, where all is well. */
export const upstream = (clock: Clock, delayOf: (typicalMs: number) => number) => {
  const seen = { redemptions: 0, probes: 0 }
  const redeem: RedeemRefreshToken = async ({ partner, scopes }) => {
    const at = clock.now()
    seen.redemptions++
    await clock.wait(delayOf(typicalMs.redeem))
    const index = indexOf(partner)
    return {
      redeemed: {
        accessToken: refreshTokenOf(index),
        expiresInSeconds: 3600,
        scope: scopes.join(' '),
        refreshToken: refreshTokenOf(index),
        account: { objectId: personOf(index), tenant: partner },
        at,
      },
    }
  }
  const probePartnerCenter: ProbePartnerCenter = async () => {
    seen.probes++
    await clock.wait(delayOf(typicalMs.probe))
    return 'proven'
  }
  return { redeem, probePartnerCenter, seen }
}
