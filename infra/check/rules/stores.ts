import { fullNameOf } from '../deployment/resource-name.ts'
import type { Deployment, Instance } from '../deployment/deployment.ts'
import { at, isAlways, itemsOf, optionsOf, textOf } from '../deployment/value.ts'
import type { Finding } from '../finding.ts'
import { breach, type Rule } from './context.ts'
import { isAlwaysMade, ofType, targetOf } from './resources.ts'

const wrong = breach('stores')
const storage = 'Microsoft.Storage/storageAccounts'
const place = { file: 'infra/modules/stores.bicep', line: 1 }

const lastName = (instance: Instance): string =>
  fullNameOf(instance, instance.body).split('/').at(-1) ?? ''

/** Every table and queue of the product is made, and no other. */
export const tablesAndQueues: Rule = ({ possible, product }) => [
  ...compared(possible, { type: `${storage}/tableServices/tables`, wanted: product.tables }),
  ...compared(possible, { type: `${storage}/queueServices/queues`, wanted: product.queues }),
]

type Wanted = { type: string; wanted: readonly string[] }

const compared = (deployment: Deployment, { type, wanted }: Wanted): Finding[] => {
  const made = ofType(deployment, type)
  const names = new Set(made.map(lastName))
  return [
    ...wanted
      .filter((name) => !names.has(name))
      .map((name) => wrong(place, `nothing makes ${name} (${type})`)),
    ...made
      .filter((one) => !wanted.includes(lastName(one)))
      .map((one) => wrong(one.at, `nothing of ours uses ${lastName(one)} (${type})`)),
  ]
}

/** By default a vault, and the account with the tables, cannot be deleted by one command. */
export const locks: Rule = ({ usual }) => {
  const locked = new Set(
    ofType(usual, 'Microsoft.Authorization/locks')
      .filter(({ body }) => textOf(at(body, 'properties', 'level')) === 'CanNotDelete')
      .map((lock) => targetOf(lock)?.name),
  )
  const holding = new Set(
    ofType(usual, `${storage}/tableServices/tables`).map(
      (one) => fullNameOf(one, one.body).split('/')[0],
    ),
  )
  return [
    ...ofType(usual, 'Microsoft.KeyVault/vaults'),
    ...ofType(usual, storage).filter((one) => holding.has(lastName(one))),
  ]
    .filter((one) => !locked.has(lastName(one)))
    .map((one) => breach('locks')(one.at, `${lastName(one)} is not locked by default`))
}

/** The sealing key wraps and unwraps, never leaves the vault, and is rotated. */
export const sealKey: Rule = ({ possible }) => {
  const amiss = breach('seal-key')
  return ofType(possible, 'Microsoft.KeyVault/vaults/keys').flatMap((key) => {
    const uses = itemsOf(at(key.body, 'properties', 'keyOps')).map(textOf)
    const kinds = optionsOf(at(key.body, 'properties', 'kty')).map(textOf)
    const exportable = at(key.body, 'properties', 'attributes', 'exportable')
    const policies = optionsOf(at(key.body, 'properties', 'rotationPolicy'))
    const rotates = policies.map((policy) =>
      itemsOf(at(policy, 'lifetimeActions')).some((one) =>
        isAlways(at(one, 'action', 'type'), 'rotate'),
      ),
    )
    return [
      uses.toSorted().join() === 'unwrapKey,wrapKey'
        ? ''
        : `keyOps must be wrapKey and unwrapKey, and are ${uses.join()}`,
      kinds.every((kind) => ['RSA', 'RSA-HSM', 'keyType'].includes(kind))
        ? ''
        : 'the key must be RSA',
      isAlways(exportable, false) ? '' : 'the key must not be exportable',
      rotates.length > 0 && rotates.every(Boolean) ? '' : 'the key has no policy that rotates it',
    ]
      .filter((says) => says !== '')
      .map((says) => amiss(key.at, says))
  })
}

const watched = ['Microsoft.KeyVault/vaults', 'Microsoft.Web/sites']
const data = ['blobServices', 'tableServices', 'queueServices'].map((name) => `${storage}/${name}`)

const isRecording = ({ body }: Instance): boolean =>
  at(body, 'properties', 'workspaceId') !== undefined &&
  itemsOf(at(body, 'properties', 'logs')).some(
    (log) => isAlways(at(log, 'categoryGroup'), 'allLogs') && isAlways(at(log, 'enabled'), true),
  )

/** What is done with vaults, storage and apps is on record. */
export const onRecord: Rule = ({ possible }) => {
  const recorded = new Set(
    ofType(possible, 'Microsoft.Insights/diagnosticSettings')
      .filter((one) => isAlwaysMade(one) && isRecording(one))
      .map((one) => {
        const target = targetOf(one)
        return `${target?.type} ${target?.name}`
      }),
  )
  return [...watched, ...data].flatMap((type) =>
    ofType(possible, type)
      .filter((one) => !recorded.has(`${type} ${fullNameOf(one, one.body)}`))
      .map((one) =>
        breach('record')(
          one.at,
          `nothing records what is done with ${type} ${fullNameOf(one, one.body)}`,
        ),
      ),
  )
}
