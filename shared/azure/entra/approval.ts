import { randomSecret } from '../../broker/invitation.ts'
import type { ApprovalAddress } from '../../broker/start-approval.ts'
import type { EntraApp } from './confidential-client.ts'

type ApprovedApp = Pick<EntraApp, 'authorityHost' | 'clientId'> & { redirectUri: string }

/** Where an administrator approves the application. The state is random: nobody trusts what comes back. */
export const approvalAddress =
  ({ authorityHost, clientId, redirectUri }: ApprovedApp): ApprovalAddress =>
  ({ tenant, scopes }) => {
    const address = new URL(`${authorityHost}/${tenant}/v2.0/adminconsent`)
    const parameters = {
      client_id: clientId,
      scope: scopes.join(' '),
      redirect_uri: redirectUri,
      state: randomSecret(),
    }
    // Spaces as %20, which every reader of a query takes for a space.
    address.search = new URLSearchParams(parameters).toString().replaceAll('+', '%20')
    return address.href
  }
