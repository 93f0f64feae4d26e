import * as z from 'zod'
import { mainPath, pathFrom } from '../bicep/templates.ts'
import { within } from '../bicep/expression.ts'
import { expressionsOf } from '../language/symbols.ts'
import { breach, type Rule } from './context.ts'

/** Every parameter and output says what it is. */
export const described: Rule = ({ templates }) =>
  [...templates.files.values()].flatMap(({ parameters, outputs }) =>
    [...parameters, ...outputs]
      .filter(({ description = '' }) => description.trim() === '')
      .map(({ name, at }) => breach('described')(at, `${name} has no description`)),
  )

/** Every .bicep file is deployed by main.bicep, or imported. */
export const reached: Rule = ({ templates, possible }) => {
  const used = new Set([
    ...possible.scopes.map(({ file }) => file.path),
    ...[...templates.files.values()].flatMap(({ path, imports }) =>
      imports.map((one) => pathFrom(path, one.path)),
    ),
  ])
  const missing = templates.files.has(mainPath)
    ? []
    : [breach('reached')({ file: mainPath, line: 1 }, 'is not there')]
  return [
    ...missing,
    ...[...templates.files.keys()]
      .filter((path) => path !== mainPath && !used.has(path))
      .map((path) =>
        breach('reached')({ file: path, line: 1 }, 'nothing deploys or imports this file'),
      ),
  ]
}

/** Every file that a template loads is there. */
export const loaded: Rule = ({ templates }) =>
  [...templates.files.values()].flatMap((file) =>
    expressionsOf(file)
      .flatMap(within)
      .flatMap((part) => {
        if (part.kind !== 'call' || !part.name.startsWith('load')) return []
        const [path] = part.args
        if (path?.kind !== 'literal')
          return [breach('loaded')(part.at, 'the path must be a literal')]
        return templates.texts.has(pathFrom(file.path, String(path.value)))
          ? []
          : [breach('loaded')(part.at, `${String(path.value)} is not there`)]
      }),
  )

const parameterFile = 'infra/main.parameters.json'
const parameterSchema = z.object({ parameters: z.record(z.string(), z.unknown()) })

/** The file of parameters gives what main.bicep asks for, and nothing else. */
export const given: Rule = ({ templates }) => {
  const text = templates.texts.get(parameterFile)
  const main = templates.files.get(mainPath)
  if (text === undefined || !main) return []
  const wrong = breach('parameters')
  const where = { file: parameterFile, line: 1 }
  const names = Object.keys(parameterSchema.parse(JSON.parse(text)).parameters)
  return [
    ...names
      .filter((name) => !main.parameters.some((one) => one.name === name))
      .map((name) => wrong(where, `main.bicep has no parameter ${name}`)),
    ...main.parameters
      .filter(({ name, value }) => !value && !names.includes(name))
      .map(({ name }) => wrong(where, `${name} is missing, and main.bicep has no default for it`)),
  ]
}

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
  [/^Microsoft\.OperationalInsights\//, '2025-02-01'],
  [/^Microsoft\.Insights\/scheduledQueryRules$/, '2023-12-01'],
]
const previews = new Set(['Microsoft.Insights/diagnosticSettings'])

/** Every resource names a version of its API that is not about to end, and no preview where there is another. */
export const versions: Rule = ({ templates }) =>
  [...templates.files.values()].flatMap(({ resources }) =>
    resources.flatMap(({ type, apiVersion, at }) => {
      const floor = oldest.find(([pattern]) => pattern.test(type))?.[1]
      const wrong = breach('version')
      if (!/^\d{4}-\d\d-\d\d(?:-preview)?$/.test(apiVersion)) {
        return [wrong(at, `${type} names no version of its API`)]
      }
      if (floor !== undefined && apiVersion < floor) {
        return [wrong(at, `${type} must be ${floor} or later, and is ${apiVersion}`)]
      }
      return apiVersion.endsWith('-preview') && !previews.has(type)
        ? [wrong(at, `${type} is a preview`)]
        : []
    }),
  )
