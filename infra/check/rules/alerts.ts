import { at, everyValue, isAlways, itemsOf, textOf } from '../deployment/value.ts'
import type { Instance } from '../deployment/deployment.ts'
import { breach, type Rule } from './context.ts'
import { isAlwaysMade, ofType } from './resources.ts'

const wrong = breach('runbooks')
const folder = 'docs/runbooks/'
const kinds = ['scheduledQueryRules', 'activityLogAlerts', 'metricAlerts']

// Pages that something else than an alert leads to.
const otherwiseReached = new Set(['breach.md', 'README.md'])

const pageOf = ({ body }: Instance): string | undefined =>
  /\/([\w-]+\.md)$/.exec(textOf(at(body, 'properties', 'description')))?.[1]

/** Every alert leads to a page that says what to do, and every page belongs to an alert. */
export const runbooks: Rule = ({ possible, templates }) => {
  const alerts = kinds.flatMap((kind) => ofType(possible, `Microsoft.Insights/${kind}`))
  const pages = [...templates.texts.keys()].filter((path) => path.startsWith(folder))
  const linked = new Set(alerts.map((alert) => pageOf(alert)))
  return [
    ...alerts.flatMap((alert) => {
      const page = pageOf(alert)
      const name = textOf(at(alert.body, 'name'))
      if (page === undefined) return [wrong(alert.at, `the alert ${name} links no runbook`)]
      if (!pages.includes(`${folder}${page}`))
        return [wrong(alert.at, `${folder}${page} is not there`)]
      return name.startsWith(page.replace('.md', ''))
        ? []
        : [wrong(alert.at, `${name} links ${page}`)]
    }),
    ...pages
      .map((path) => path.slice(folder.length))
      .filter((page) => !linked.has(page) && !otherwiseReached.has(page))
      .map((page) => wrong({ file: `${folder}${page}`, line: 1 }, 'no alert leads here')),
  ]
}

/** Every alert tells somebody, is on, and asks about something. */
export const alerting: Rule = ({ possible }) =>
  kinds.flatMap((kind) =>
    ofType(possible, `Microsoft.Insights/${kind}`).flatMap((alert) => {
      const { body } = alert
      const groups = everyValue(at(body, 'properties', 'actions') ?? body).filter(
        (value) => value.kind === 'reference' && value.to.declaration.type.endsWith('actionGroups'),
      )
      const queries = itemsOf(at(body, 'properties', 'criteria', 'allOf')).map((one) =>
        at(one, 'query'),
      )
      const isEmpty = queries.some((query) => query !== undefined && textOf(query).trim() === '')
      return [
        groups.length === 0 ? 'tells nobody' : '',
        isAlways(at(body, 'properties', 'enabled'), true) ? '' : 'is switched off',
        isEmpty ? 'asks nothing' : '',
      ]
        .filter((says) => says !== '')
        .map((says) => breach('alerts')(alert.at, `${textOf(at(body, 'name'))} ${says}`))
    }),
  )

// Each is a way to tokens, or to not being told.
const watched = [
  'Microsoft.Web/sites/write',
  'Microsoft.Web/sites/config/write',
  'Microsoft.Resources/deployments/write',
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write',
  'Microsoft.KeyVault/vaults/write',
  'Microsoft.Storage/storageAccounts/write',
  'Microsoft.Network/networkSecurityGroups/write',
  'Microsoft.Insights/diagnosticSettings/delete',
  'Microsoft.Insights/activityLogAlerts/write',
]

/** Whoever changes the apps, their rights or what keeps others out is told of. */
export const changes: Rule = ({ possible }) => {
  const rings = new Set(
    ofType(possible, 'Microsoft.Insights/activityLogAlerts')
      .filter(isAlwaysMade)
      .flatMap(({ body }) => everyValue(at(body, 'properties', 'condition') ?? body).map(textOf)),
  )
  return watched
    .filter((operation) => !rings.has(operation))
    .map((operation) => breach('alerts')(activityAlerts, `nothing rings for ${operation}`))
}

const activityAlerts = { file: 'infra/modules/activity-alerts.bicep', line: 1 }

/** The workbook is one that the portal opens. */
export const workbook: Rule = ({ possible }) =>
  ofType(possible, 'Microsoft.Insights/workbooks').flatMap((one) => {
    const text = at(one.body, 'properties', 'serializedData')
    return isWorkbook(textOf(text))
      ? []
      : [breach('workbook')(text?.at ?? one.at, 'serializedData is no workbook')]
  })

const isWorkbook = (text: string): boolean => {
  try {
    const parsed: unknown = JSON.parse(text)
    const isObject = typeof parsed === 'object' && parsed !== null
    return isObject && 'version' in parsed && 'items' in parsed && Array.isArray(parsed.items)
  } catch {
    return false
  }
}
