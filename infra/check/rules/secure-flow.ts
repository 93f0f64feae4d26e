import { mainPath } from '../bicep/templates.ts'
import { everyValue, literalsOf, rootsOf, type Value } from '../deployment/value.ts'
import type { Finding } from '../finding.ts'
import { breach, type Context, type Rule } from './context.ts'
import { placesOf } from './networks.ts'
import { settingsOf, siteType } from './resources.ts'
import { mayBeSecret, secretMember } from './secrets.ts'

// Follows what is secret through variables, modules and functions to where it comes out.

const wrong = breach('secret')

const securedBy = ({ templates }: Context): Set<string> =>
  new Set(
    (templates.files.get(mainPath)?.parameters ?? [])
      .filter(({ isSecure, name }) => isSecure || mayBeSecret.has(name))
      .map(({ name }) => name),
  )

const isFrom = (value: Value, secure: ReadonlySet<string>): boolean =>
  [...rootsOf(value)].some((root) => secure.has(root))

// A resource as a whole, or a part that holds keys among other things; also inside a text.
const holdsKeys = /\.(?:properties|siteConfig|appSettings)(?![.\w])/

const isTelling = (value: Value): boolean => {
  if (value.kind === 'unknown') {
    return (
      holdsKeys.test(value.text) || value.text.split(/\W/).some((one) => secretMember.test(one))
    )
  }
  if (value.kind !== 'reference') return false
  const { path } = value
  return (
    path.length === 0 ||
    holdsKeys.test(`.${path.join('.')}`) ||
    path.some((name) => secretMember.test(name))
  )
}

/** No output tells a secret, whatever way it came: outputs stay in the deployment's history. */
export const secretOutputs: Rule = (context) => {
  const secure = securedBy(context)
  return context.possible.told
    .filter(({ value }) => isFrom(value, secure) || everyValue(value).some(isTelling))
    .map(({ output: { name, at } }) => wrong(at, `the output ${name} would tell a secret`))
}

/** What is secret stays so: each parameter on its way is `@secure()`, and it ends in its setting. */
export const securePath: Rule = (context) => {
  const secure = securedBy(context)
  return [...insecureParameters(context, secure), ...insecurePlaces(context, secure)]
}

const insecureParameters = ({ possible }: Context, secure: ReadonlySet<string>): Finding[] =>
  possible.scopes.flatMap(({ file, parameters }) =>
    file.parameters
      .filter(({ isSecure, name }) => {
        const value = parameters.get(name)
        return !isSecure && value !== undefined && isFrom(value, secure)
      })
      .map(({ name, at }) => wrong(at, `${name} takes what is secret, and is not @secure()`)),
  )

const insecurePlaces = ({ possible }: Context, secure: ReadonlySet<string>): Finding[] =>
  possible.instances.flatMap((one) => {
    const settings = one.type === siteType ? [...settingsOf(one)] : []
    const allowed = settings.flatMap(([name, value]) =>
      name === 'EVENT_WEBHOOKS' ? everyValue(value) : [],
    )
    return placesOf(one.body)
      .filter(({ value }) => isFrom(value, secure) && !allowed.includes(value))
      .map(({ value, path }) => wrong(value.at, `${path} of ${one.type} would show what is secret`))
  })

/** A secret is not written into a template: no `@secure()` parameter has a default. */
export const secureDefaults: Rule = ({ possible }) =>
  possible.scopes.flatMap((scope) =>
    scope.file.parameters
      .filter(({ isSecure, value }) => {
        const literals = value ? literalsOf(scope.evaluate(value, scope)) : []
        return isSecure && literals.some((one) => one !== '' && one !== null)
      })
      .map(({ name, at, value }) =>
        wrong(at, `the secret ${name} stands here: ${value?.text ?? ''}`),
      ),
  )
