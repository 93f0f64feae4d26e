import { randomUUID } from 'node:crypto'
import { EntraError } from './aadsts.ts'
import { checkAuthorizeRequest } from './authorize-request.ts'
import type { Account } from './accounts.ts'
import { consentBySigningIn } from './consent.ts'
import { browserEndpoint, type BrowserRequest, type Outcome } from './browser-endpoint.ts'
import type { Entra } from './context.ts'
import { actionOf, chosenAccount } from './sign-in.ts'
import { signInPage } from './sign-in-page.ts'

const decide = (entra: Entra, asked: BrowserRequest): Outcome => {
  const { request, parameters, authority, client } = asked
  const scope = checkAuthorizeRequest(entra, parameters)
  if (request.form.has('cancel')) throw declined()
  const username = request.form.get('username')
  if (username === null) {
    const loginHint = parameters.get('login_hint')
    const signIn = { client, authority, action: actionOf(request), loginHint }
    return { page: signInPage(entra, signIn) }
  }
  const account = chosenAccount(entra, { username, authority, client })
  consentBySigningIn(entra, client, { account, scope })
  return { fields: { code: issueCode(entra, account, asked), session_state: randomUUID() } }
}

const declined = (): EntraError =>
  new EntraError(65004, 'User declined to consent to access the app.')

const issueCode = (
  entra: Entra,
  { person, tenant }: Account,
  { parameters, authority, client }: BrowserRequest,
): string => {
  const nonce = parameters.get('nonce')
  const challenge = parameters.get('code_challenge')
  return entra.codes.issue({
    objectId: person.objectId,
    tenant,
    authority,
    clientId: client.clientId,
    redirectUri: parameters.get('redirect_uri') ?? '',
    scope: parameters.get('scope') ?? '',
    ...(nonce !== null && { nonce }),
    ...(challenge !== null && { challenge }),
    mfa: person.mfa,
    issuedAtMs: entra.nowMs(),
  })
}

/** `GET` and `POST /{tenant}/oauth2/v2.0/authorize`: asks who signs in, and answers with a code. */
export const authorize = browserEndpoint({ decide })
