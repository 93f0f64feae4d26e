import { textOf } from '../deployment/value.ts'
import { assignmentsIn, type Assignment } from './assignments.ts'
import { breach, type Context, type Rule } from './context.ts'
import { declaredIn, settingsOf, sitesOf } from './resources.ts'

const wrong = breach('access')

const ofHost = new Set([
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
])
const ofTelemetry = new Set(['3913510d-42f4-4e42-8a64-420c390055eb'])

/** The public app has nothing but its own host and the sending of telemetry. */
export const onboardingHoldsNothing: Rule = (context) =>
  assignmentsIn(context)
    .filter(({ who }) => who === 'onboarding')
    .filter((one) => !isOwnHost(one, context) && !isTelemetry(one))
    .map(({ at: where, role, target }) =>
      wrong(
        where,
        `onboarding must hold nothing, and has ${role} on ${target.type} ${target.name}`,
      ),
    )

/** Each app reaches the storage of its own host only, by the roles that a host needs. */
export const ownHosts: Rule = (context) =>
  assignmentsIn(context)
    .filter(({ target }) => target.type === 'Microsoft.Storage/storageAccounts')
    .filter((one) => !isOwnHost(one, context))
    .map(({ at: where, who, role, target }) =>
      wrong(
        where,
        `${who} has ${role} on the whole account ${target.name}, which is not its host's`,
      ),
    )

const isOwnHost = ({ who, role, target }: Assignment, { possible }: Context): boolean => {
  if (who !== 'onboarding' && who !== 'broker') return false
  const own = sitesOf(possible, who).map((site) =>
    textOf(settingsOf(site).get('AzureWebJobsStorage__accountName')),
  )
  return (
    target.type === 'Microsoft.Storage/storageAccounts' &&
    own.includes(target.name) &&
    ofHost.has(role)
  )
}

const isTelemetry = ({ role, target }: Assignment): boolean =>
  target.type === 'Microsoft.Insights/components' && ofTelemetry.has(role)

/** The broker's rights on its own things, one by one. */
export const brokerRights: Rule = (context) =>
  assignmentsIn(context)
    .filter((one) => one.who === 'broker' && !isOwnHost(one, context) && !isTelemetry(one))
    .flatMap((one) => {
      const most = mostOn(one)
      if (!one.actions)
        return [wrong(one.at, `the built-in role ${one.role} is wider than what the broker needs`)]
      return one.actions
        .filter((action) => !most.includes(action))
        .map((action) =>
          wrong(
            one.at,
            `${action} on ${one.target.type} ${one.target.name} is more than the broker may`,
          ),
        )
    })

const keys = 'Microsoft.KeyVault/vaults/keys'
const rows = 'Microsoft.Storage/storageAccounts/tableServices/tables/entities'
const messages = 'Microsoft.Storage/storageAccounts/queueServices/queues/messages'
const readAndAdd = [`${rows}/read`, `${rows}/add/action`]

/** The most that the broker may do there. Purging, recovering and backing up are nowhere. */
const mostOn = ({ target, entry }: Assignment): readonly string[] => {
  switch (target.type) {
    case 'Microsoft.KeyVault/vaults':
      return ['getSecret/action', 'setSecret/action', 'delete'].map(
        (verb) => `Microsoft.KeyVault/vaults/secrets/${verb}`,
      )
    case keys:
      return [
        `${keys}/read`,
        entry?.when === 'certificate' ? `${keys}/sign/action` : `${keys}/unwrap/action`,
      ]
    case 'Microsoft.Storage/storageAccounts/tableServices/tables':
      return target.name.endsWith('/audit')
        ? readAndAdd
        : [...readAndAdd, `${rows}/update/action`, `${rows}/delete`]
    case 'Microsoft.Storage/storageAccounts/queueServices/queues':
      return [
        'Microsoft.Storage/storageAccounts/queueServices/queues/read',
        ...['read', 'add/action', 'process/action', 'write', 'delete'].map(
          (verb) => `${messages}/${verb}`,
        ),
      ]
    default:
      return []
  }
}

/** Signing is only for the kind of credential that signs; by default nobody may. */
export const signing: Rule = (context) =>
  assignmentsIn({ ...context, possible: context.usual })
    .filter(({ actions }) => actions?.some((action) => action.includes('/sign/')))
    .map(({ at: where }) =>
      wrong(where, 'signing must be given for appCredential certificate alone'),
    )

// Without these it could neither seal nor unseal.
const least = [
  'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  'Microsoft.KeyVault/vaults/secrets/setSecret/action',
  'Microsoft.KeyVault/vaults/secrets/delete',
  'Microsoft.KeyVault/vaults/keys/read',
  'Microsoft.KeyVault/vaults/keys/unwrap/action',
]

/** The broker has a role on every table and queue, and its rights in the vault, or it could not work. */
export const enough: Rule = (context) => {
  const given = assignmentsIn(context).filter(({ who }) => who === 'broker')
  const names = given.map(({ target }) => target.name.split('/').at(-1))
  const wanted = [...context.product.tables, ...context.product.queues]
  const may = new Set(given.flatMap(({ actions = [] }) => actions))
  return [
    ...wanted
      .filter((name) => !names.includes(name))
      .map((name) => `the broker has no role on ${name}`),
    ...least.filter((action) => !may.has(action)).map((action) => `the broker may not ${action}`),
  ].map((says) => wrong({ file: 'infra/access.json', line: 1 }, says))
}

/** No identity of the deployment trusts another issuer's tokens. */
export const noFederation: Rule = ({ templates }) =>
  declaredIn(templates)
    .filter(({ type }) => type.endsWith('/federatedIdentityCredentials'))
    .map(({ at: where }) => wrong(where, 'who holds that token would be the app'))
