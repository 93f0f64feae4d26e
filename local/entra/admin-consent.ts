import { EntraError, missing } from './aadsts.ts'
import { browserEndpoint, type BrowserRequest, type Outcome } from './browser-endpoint.ts'
import type { Entra } from './context.ts'
import { microsoftResources, parseScope } from './resources.ts'
import { actionOf, chosenAccount } from './sign-in.ts'
import { signInPage } from './sign-in-page.ts'

const decide = (entra: Entra, asked: BrowserRequest): Outcome => {
  const { request, parameters, authority, client } = asked
  const text = parameters.get('scope')
  if (!text) throw missing('scope')
  const { resources } = parseScope(entra.directory, text)
  if (request.form.has('cancel')) {
    throw new EntraError(65004, 'User declined to consent to access the app.', 'consent_required')
  }
  const username = request.form.get('username')
  if (username === null) {
    const signIn = { client, authority, action: actionOf(request), approves: true }
    return { page: signInPage(entra, signIn) }
  }
  const { tenant, person, kind } = chosenAccount(entra, { username, authority, client })
  if (!person.admin || kind !== 'member') {
    throw new EntraError(90094, 'An administrator of this tenant must grant this permission.')
  }
  for (const { resource, names } of withRegistered(resources)) {
    entra.records.consent(tenant, resource.name, names)
  }
  return { fields: { tenant, scope: text } }
}

type Asks = ReturnType<typeof parseScope>['resources']

// `/.default` stands for every permission that the application's registration lists, of all APIs.
const withRegistered = (resources: Asks): Asks => {
  const isStatic = resources.some(({ names }) => names.includes('.default'))
  const named = resources.map(({ resource, names }) => ({
    resource,
    names: names.filter((name) => name !== '.default'),
  }))
  if (!isStatic) return named
  const registered = microsoftResources().map((resource) => ({
    resource,
    names: [...resource.permissions],
  }))
  return [...named, ...registered]
}

/** `GET /{tenant}/v2.0/adminconsent`: an administrator approves the application for the tenant. */
export const adminConsent = browserEndpoint({
  decide,
  always: { admin_consent: 'True' },
  mode: 'query',
})
