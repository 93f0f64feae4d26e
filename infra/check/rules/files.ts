import * as z from 'zod'
import { mainPath, pathFrom } from '../bicep/templates.ts'
import { within } from '../bicep/expression.ts'
import { parameterFile } from '../deployment/given.ts'
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
