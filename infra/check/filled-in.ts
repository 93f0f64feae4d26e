import { readFileSync } from 'node:fs'

// infra/main.parameters.json as azd would hand it over: `${NAME}` and `${NAME=default}` filled in
// from the environment, or from the object of names in its variable VARIABLES. For `what-if` without
// azd. No package is imported: the job that holds the identity for Azure installs none.

const variables: unknown = JSON.parse(process.env['VARIABLES'] ?? '{}')
const given = new Map<string, unknown>(Object.entries(variables ?? {}))
const file = new URL('../main.parameters.json', import.meta.url)

const valueOf = (name: string, otherwise = ''): string => {
  const own = process.env[name] ?? ''
  if (own !== '') return own
  const variable = given.get(name)
  return typeof variable === 'string' ? variable : otherwise
}

// As azd does, a text serves a parameter that is a bool.
const filledIn = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'string') return value
  const text = value.replaceAll(
    /\$\{(\w+)(?:=([^}]*))?\}/g,
    (_whole, name: string, otherwise?: string) => valueOf(name, otherwise),
  )
  const isBool = text !== value && (text === 'true' || text === 'false')
  return isBool ? text === 'true' : text
}

const parameters: unknown = JSON.parse(readFileSync(file, 'utf8'), filledIn)
process.stdout.write(`${JSON.stringify(parameters, undefined, 2)}\n`)
