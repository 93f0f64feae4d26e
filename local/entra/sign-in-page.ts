import type { Person } from '../directory.ts'
import type { LocalAnswer } from '../kit/part.ts'
import { isMultiTenant, signInAccount, tenantName } from './accounts.ts'
import type { Client } from './clients.ts'
import type { Entra } from './context.ts'
import { escapeHtml, pageAnswer } from './page.ts'

export type SignIn = {
  client: Client
  authority: string
  /** Where the form posts to: the request itself, with all its parameters. */
  action: string
  loginHint?: string | null
  /** The page asks for approval for the whole tenant. */
  approves?: boolean
}

/** The page on which a person is chosen: one plain form, a button per person and one to cancel. */
export const signInPage = (entra: Entra, signIn: SignIn): LocalAnswer => {
  const { client, authority, action, approves } = signIn
  const { people } = entra.directory
  const isHere = (person: Person) =>
    isMultiTenant(authority) || signInAccount(person, authority) !== undefined
  const here = people.filter(isHere)
  const elsewhere = people.filter((person) => !isHere(person))
  const place = isMultiTenant(authority)
    ? 'any organization'
    : tenantName(entra.directory, authority)
  const doing = approves ? 'approve' : 'sign in to'
  return pageAnswer({
    title: approves ? 'Approve for your organization' : 'Sign in',
    main: `<p>Who shall ${doing} <strong>${escapeHtml(client.displayName)}</strong> at
<strong>${escapeHtml(place)}</strong>?</p>
<form method="post" action="${escapeHtml(action)}">
${group(entra, signIn, { title: `People of ${place}`, people: here })}
${group(entra, signIn, { title: 'People of other tenants', people: elsewhere })}
<button type="submit" name="cancel" value="1">Cancel</button>
</form>
<p class="detail">Application <code>${escapeHtml(client.clientId)}</code>, tenant
<code>${escapeHtml(authority)}</code></p>`,
  })
}

type Group = { title: string; people: Person[] }

const group = (entra: Entra, signIn: SignIn, { title, people }: Group): string =>
  people.length === 0
    ? ''
    : `<h2>${escapeHtml(title)}</h2>
<ul>
${people.map((person) => `<li>${button(entra, signIn, person)}</li>`).join('\n')}
</ul>`

const button = (entra: Entra, { authority, loginHint }: SignIn, person: Person): string => {
  const hinted = loginHint?.toLowerCase() === person.username.toLowerCase() ? ' autofocus' : ''
  const facts = describe(entra, person, authority).join(' · ')
  return `<button type="submit" name="username" value="${escapeHtml(person.username)}"${hinted}><strong>${escapeHtml(person.name)}</strong> <span>${escapeHtml(person.username)}</span> <span class="detail">${escapeHtml(facts)}</span></button>`
}

// What a person is at home counts for nothing where she is a guest.
const describe = (entra: Entra, person: Person, authority: string): string[] => {
  const isGuest = person.guestIn === authority
  return [
    isGuest ? 'Guest' : tenantName(entra.directory, person.tenant),
    ...(person.admin && !isGuest ? ['Global Administrator'] : []),
    ...(person.agent && !isGuest ? ['Admin Agent'] : []),
    person.mfa ? 'signs in with MFA' : 'signs in without MFA',
  ]
}
