import { BrokerError } from './broker-error.ts'
import type { Grant } from './grant.ts'
import type { HomeAccount } from './redeem.ts'

/**
 * Whose token it is: a sealed token proves secrecy, not origin, since anyone can seal with a public
 * key. The home account that Entra names must be the consenting person of this partner, always.
 * Throws `internal` (and the log alarms) when it is not, or when Entra does not say.
 */
export const requireOwner = (
  account: HomeAccount | undefined,
  grant: Pick<Grant, 'partner' | 'consentedBy'>,
): void => {
  if (!account) throw mismatch('token_owner_unknown')
  if (account.tenant !== grant.partner || account.objectId !== grant.consentedBy) {
    throw mismatch('token_owner_mismatch')
  }
}

const mismatch = (reason: string) =>
  new BrokerError(
    'internal',
    "the token was not the consenting person's, so it was not given out. The operator must look into the log",
    { reason },
  )
