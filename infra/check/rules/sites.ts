import { at, everyValue, isAlways, membersOf, textOf } from '../deployment/value.ts'
import { breach, type Rule } from './context.ts'
import { declaredIn, ofType, settingsOf, siteType } from './resources.ts'

const wrong = breach('sites')
const apps = ['onboarding', 'broker']
const beside = [`${siteType}/basicPublishingCredentialsPolicies`]

/** The two apps are the only sites, and each says everything about itself in one place. */
export const onlySites: Rule = ({ possible, templates }) => [
  ...ofType(possible, siteType)
    .filter(({ body }) => !apps.includes(textOf(at(body, 'tags', 'azd-service-name'))))
    .map((one) => wrong(one.at, 'a site that is neither app')),
  ...declaredIn(templates)
    .filter(({ type }) => type.startsWith(`${siteType}/`) && !beside.includes(type))
    .map((one) => wrong(one.at, `${one.type} would say otherwise than the site itself`)),
]

/** An app runs as the identity that its own settings name, and can be no other. */
export const oneIdentity: Rule = ({ possible }) =>
  ofType(possible, siteType).flatMap((site) => {
    const identity = at(site.body, 'identity')
    const held = [...membersOf(at(identity, 'userAssignedIdentities')).keys()]
    const clientId = textOf(settingsOf(site).get('AZURE_CLIENT_ID'))
    const own = `{${clientId.replace(/\.properties\.clientId$/, '')}.id}`
    const fits = isAlways(at(identity, 'type'), 'UserAssigned') && held.join() === own
    return fits
      ? []
      : [wrong(identity?.at ?? site.at, `must run as ${own} alone, and runs as ${held.join(', ')}`)]
  })

// As the host and the SDKs read them; another value opens a door or breaks the start.
const fixed: Record<string, RegExp> = {
  ENTRA_AUTHORITY: /^environment\(\)\.authentication\.loginEndpoint$/,
  AzureWebJobsStorage__credential: /^managedidentity$/,
  DATA__credential: /^managedidentity$/,
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: /;Authorization=AAD\}?$/,
}

/** Nothing is reached by a key: each connection says that it is the identity's. */
export const byIdentity: Rule = ({ possible }) =>
  ofType(possible, siteType).flatMap((site) =>
    [...settingsOf(site)].flatMap(([name, value]) => {
      const wanted = fixed[name]
      const fits =
        wanted === undefined || everyValue(value).every((one) => wanted.test(textOf(one)))
      return fits ? [] : [wrong(value.at, `${name} must match ${String(wanted)}`)]
    }),
  )
