import { readFileSync } from 'node:fs'
import * as z from 'zod'

// infra/main.parameters.json as azd would hand it over: `${NAME}` and `${NAME=default}` filled in
// from the environment, or from the object of names in its variable VARIABLES. For `what-if` without azd.

const variables = z
  .record(z.string(), z.string())
  .parse(JSON.parse(process.env['VARIABLES'] ?? '{}'))
const file = new URL('../main.parameters.json', import.meta.url)

const valueOf = (name: string, otherwise = ''): string => {
  const given = process.env[name] ?? ''
  if (given !== '') return given
  return variables[name] ?? otherwise
}

const filled = readFileSync(file, 'utf8').replaceAll(
  /\$\{(\w+)(?:=([^}]*))?\}/g,
  (_, name: string, otherwise?: string) => JSON.stringify(valueOf(name, otherwise)).slice(1, -1),
)
process.stdout.write(filled)
