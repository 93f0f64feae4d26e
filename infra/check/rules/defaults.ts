import { mainPath } from '../bicep/templates.ts'
import { asFiled, askedOfAzd } from '../deployment/given.ts'
import { at, isAlways, textOf } from '../deployment/value.ts'
import { addressLists, breach, type Rule } from './context.ts'

// Who says nothing gets the closed deployment that cannot lose anything.
const expected: readonly [path: string, is: string | number | boolean][] = [
  ...addressLists.map((name): [string, string] => [name, '']),
  ['natGateway', true],
  ['locks', true],
  ['assignRoles', true],
  ['appCredential', 'federated'],
  ['behaviour.allowUnprovenMfa', false],
  // One more would take an address that a caller can write himself.
  ['behaviour.trustedProxies', 1],
]

/** Every door is shut, and nothing can be lost, until a parameter says otherwise. */
export const safeDefaults: Rule = ({ usual }) => {
  const main = usual.scopes.find(({ path }) => path.length === 0)
  return expected.flatMap(([path, is]) => {
    const [name = '', ...inside] = path.split('.')
    const value = at(main?.parameters.get(name), ...inside)
    if (isAlways(value, is)) return []
    const says = `${path} must be ${JSON.stringify(is)} by default, and is ${textOf(value)}`
    return [breach('defaults')(value?.at ?? { file: mainPath, line: 1 }, says)]
  })
}

/** What azd's environment leaves open is as main.bicep says by itself; a value of your own may stand. */
export const filedDefaults: Rule = ({ templates, usual }) => {
  const main = usual.scopes.find(({ path }) => path.length === 0)
  const filed = asFiled(templates)
  const asked = askedOfAzd(templates)
  return (templates.files.get(mainPath)?.parameters ?? []).flatMap((parameter) => {
    const { name, value } = parameter
    const given = filed(parameter)
    if (!given || !asked.has(name)) return []
    const isSame =
      given.kind === 'literal' &&
      given.value !== null &&
      (value ? isAlways(main?.parameters.get(name), given.value) : given.value === '')
    if (isSame) return []
    const says = value ? textOf(main?.parameters.get(name)) : 'left to who deploys'
    return [
      breach('defaults')(given.at, `${name} is ${textOf(given)} here, and ${says} in main.bicep`),
    ]
  })
}
