import { BrokerError } from './broker-error.ts'
import type { IssueToken } from './issue-token.ts'
import type { Admits } from './network.ts'

/**
 * Lets in only callers from these networks, whatever a permission says: a broker's own list, since the
 * firewall before it also lets operators and the onboarding app through. On record, and answered as
 * any other refusal, so that it is no oracle.
 */
export const admitted =
  (networks: Admits | undefined, next: IssueToken): IssueToken =>
  async (request) => {
    const { address, audience } = request
    if (!networks || (address !== undefined && networks(address))) return next(request)
    throw notAdmitted(audience)
  }

const notAdmitted = (audience: string) =>
  new BrokerError(
    'not_permitted',
    `no permission lets this caller have a token for ${audience} at this authority. The operator decides on permissions`,
    { reason: 'caller_network' },
  )
