import { proveAndStore, type ConsentingPorts } from '../complete-consent.ts'
import type { ConsentOutcome } from '../consent-outcome.ts'
import { lastingSignIn, type Redeeming } from '../signed-in.ts'
import { isAdmin, mayManage } from './partner-person.ts'
import { renewalOrigin, renewalRefusal } from './renewal-origin.ts'

export type RenewingPorts = ConsentingPorts & {
  /** Template ids of further roles that may act for their tenant, lower case. */
  adminRoles: readonly string[]
}

/**
 * Takes a renewal from its code to the next generation. Who may, and whether anybody may, is looked at
 * again here: the session that began it may be minutes old, and another person may have signed in.
 */
export const completeRenewal = async (
  ports: RenewingPorts,
  redeeming: Redeeming,
): Promise<ConsentOutcome> => {
  const { attempt } = redeeming
  const before = (await ports.grants.read(attempt.partner))?.value
  const revocation = await ports.revocations.read(attempt.partner)
  const refusal = renewalRefusal({ grant: before, revocation }, attempt)
  if (refusal || !before) return refusal ?? { kind: 'not_yours' }
  const signedIn = await lastingSignIn(ports, redeeming, before.audiences)
  if ('kind' in signedIn) return signedIn
  const { objectId, roles } = signedIn.person
  const person = { objectId, isAdmin: isAdmin({ roles }, ports.adminRoles) }
  if (!mayManage(person, before)) return { kind: 'not_yours' }
  const origin = renewalOrigin({ attempt, before, person })
  return proveAndStore(ports, redeeming, { origin, signedIn })
}
