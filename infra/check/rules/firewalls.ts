import { at, isAlways, itemsOf, optionsOf, rootsOf, textOf } from '../deployment/value.ts'
import { breach, type Rule } from './context.ts'
import { ofType, settingsOf, siteType } from './resources.ts'

const wrong = breach('firewall')
const account = 'Microsoft.Storage/storageAccounts'
const firewalled = ['Microsoft.KeyVault/vaults', account]

/** Vault and storage are closed to the internet while no operator's address is given. */
export const unreachable: Rule = ({ shut }) =>
  firewalled.flatMap((type) =>
    ofType(shut, type).flatMap((one) => {
      const found = at(one.body, 'properties', 'publicNetworkAccess')
      if (isAlways(found, 'Disabled')) return []
      return [
        breach('unreachable')(
          found?.at ?? one.at,
          'public network access must be off while operatorAddresses is empty',
        ),
      ]
    }),
  )

/** Past the private endpoints, vault and storage let in `operatorAddresses` and nothing else. */
export const operators: Rule = ({ possible }) =>
  firewalled.flatMap((type) =>
    ofType(possible, type).flatMap(({ body }) => {
      const acls = at(body, 'properties', 'networkAcls')
      const addresses = itemsOf(at(acls, 'ipRules')).flatMap(optionsOf)
      const strangers = addresses.filter((rule) => {
        const value = at(rule, 'value')
        const isOpen = optionsOf(value).every(({ kind }) => kind === 'unknown')
        return !value || !isOpen || [...rootsOf(value)].join() !== 'operatorAddresses'
      })
      const others = ['virtualNetworkRules', 'resourceAccessRules'].flatMap((name) =>
        itemsOf(at(acls, name)),
      )
      return [...strangers, ...others].map((rule) =>
        wrong(rule.at, `${type} lets in what operatorAddresses does not name: ${textOf(rule)}`),
      )
    }),
  )

/** Nobody reaches a host's storage from outside: who writes there runs code in the app. */
export const hostsShut: Rule = ({ possible }) => {
  const hosts = ofType(possible, siteType).map((site) =>
    textOf(settingsOf(site).get('AzureWebJobsStorage__accountName')),
  )
  return ofType(possible, account)
    .filter(({ body }) => hosts.includes(textOf(at(body, 'name'))))
    .filter(({ body }) => !isAlways(at(body, 'properties', 'publicNetworkAccess'), 'Disabled'))
    .map((one) => wrong(one.at, 'the storage of a host must never be reached from outside'))
}
