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

const filled = readFileSync(file, 'utf8').replaceAll(
  /\$\{(\w+)(?:=([^}]*))?\}/g,
  (_, name: string, otherwise?: string) => JSON.stringify(valueOf(name, otherwise)).slice(1, -1),
)
process.stdout.write(filled)
