import type { LocalRequest } from '../kit/part.ts'
import { EntraError } from './aadsts.ts'
import { isMultiTenant, signInAccount, type Account } from './accounts.ts'
import type { Client } from './clients.ts'
import type { Entra } from './context.ts'
import { notInTenant } from './redeem-refresh-token.ts'

/** A browser's request: the fields of the query and, when posted, of the form. */
export const parametersOf = (request: LocalRequest): URLSearchParams => {
  const parameters = new URLSearchParams(request.url.searchParams)
  for (const [name, value] of request.form) {
    if (name !== 'username' && name !== 'cancel') parameters.set(name, value)
  }
  return parameters
}

/** The same request once more, for the form of the sign-in page to post to. */
export const actionOf = (request: LocalRequest): string =>
  `${request.url.pathname}?${parametersOf(request).toString()}`

/** The account of the person whose button was pressed, at the tenant asked for. */
export const chosenAccount = (
  entra: Entra,
  { username, authority, client }: { username: string; authority: string; client: Client },
): Account => {
  const person = entra.directory.people.find(
    (one) => one.username.toLowerCase() === username.toLowerCase(),
  )
  if (!person) {
    throw new EntraError(
      50034,
      `The user account ${username} does not exist in the ${authority} directory. To sign into this application, the account must be added to the directory.`,
    )
  }
  const tenant = isMultiTenant(authority) ? person.tenant : authority
  const account = signInAccount(person, tenant)
  if (!account) throw notInTenant(entra, { person, tenant, client })
  return account
}
