import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import * as z from 'zod'

const script = fileURLToPath(new URL('../../infra/check/filled-in.ts', import.meta.url))
const schema = z.object({ parameters: z.record(z.string(), z.object({ value: z.unknown() })) })

const filledIn = (env: Record<string, string>): Record<string, unknown> => {
  const text = execFileSync(process.execPath, [script], { env, encoding: 'utf8' })
  const { parameters } = schema.parse(JSON.parse(text))
  return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]))
}

it('parameters are filled in from variables, then from their defaults, whatever is in them', () => {
  const variables = { AZURE_ENV_NAME: 'prod', OPERATOR_NAME: 'Contoso "Market" \\ B.V.' }
  const given = filledIn({ VARIABLES: JSON.stringify(variables), AZURE_LOCATION: 'westeurope' })
  expect(given).toMatchObject({
    environmentName: 'prod',
    location: 'westeurope',
    operatorName: 'Contoso "Market" \\ B.V.',
    callerAddresses: '',
    appCredential: 'federated',
    locks: true,
  })
})
