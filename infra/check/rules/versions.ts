import { breach, type Rule } from './context.ts'

// Older ones lack what the templates say, or end: every Key Vault version before 2026-02-01 retires
// on 2027-02-27.
const oldest: [RegExp, string][] = [
  [/^Microsoft\.KeyVault\//, '2026-02-01'],
  [/^Microsoft\.Web\//, '2024-11-01'],
  [/^Microsoft\.Storage\//, '2025-01-01'],
  [/^Microsoft\.Network\/privateDnsZones/, '2024-06-01'],
  [/^Microsoft\.Network\//, '2024-07-01'],
  [/^Microsoft\.ManagedIdentity\//, '2024-11-30'],
  [/^Microsoft\.Authorization\/role/, '2022-04-01'],
  [/^Microsoft\.Authorization\/locks$/, '2020-05-01'],
  [/^Microsoft\.Resources\/resourceGroups$/, '2025-04-01'],
  [/^Microsoft\.OperationalInsights\//, '2025-02-01'],
  [/^Microsoft\.Insights\/scheduledQueryRules$/, '2023-12-01'],
  [/^Microsoft\.Insights\/activityLogAlerts$/, '2020-10-01'],
  [/^Microsoft\.Insights\/actionGroups$/, '2023-01-01'],
  [/^Microsoft\.Insights\/components$/, '2020-02-02'],
  [/^Microsoft\.Insights\/workbooks$/, '2023-06-01'],
  [/^Microsoft\.Insights\/diagnosticSettings$/, '2021-05-01-preview'],
]
const previews = new Set(['Microsoft.Insights/diagnosticSettings'])

/** Every resource names a version of its API that is not about to end, and no preview where there is another. */
export const versions: Rule = ({ templates, schemas }) =>
  [...templates.files.values()].flatMap(({ resources }) =>
    resources.flatMap(({ type, apiVersion, at }) => {
      const floor = oldest.find(([pattern]) => pattern.test(type))?.[1]
      const says = amiss({ type, apiVersion, floor, known: schemas.get(type.toLowerCase()) })
      return says === undefined ? [] : [breach('version')(at, `${type} ${says}`)]
    }),
  )

type Asked = {
  type: string
  apiVersion: string
  floor: string | undefined
  known: { apiVersion: string } | undefined
}

const amiss = ({ type, apiVersion, floor, known }: Asked): string | undefined => {
  if (!/^\d{4}-\d\d-\d\d(?:-preview)?$/.test(apiVersion)) return 'names no version of its API'
  if (floor === undefined) return 'has no oldest version here: versions.ts must name one'
  if (apiVersion < floor) return `must be ${floor} or later, and is ${apiVersion}`
  if (apiVersion.endsWith('-preview') && !previews.has(type)) return 'is a preview'
  // A version that neither this list nor its schema has was looked at by nobody.
  return apiVersion === floor || apiVersion === known?.apiVersion
    ? undefined
    : `${apiVersion} is not known here: look at its schema, and raise the oldest version`
}
