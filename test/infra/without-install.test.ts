import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import * as z from 'zod'

// As in the workflow: a checkout in which nothing was installed.
const checkout = mkdtempSync(join(tmpdir(), 'filled-in-'))
afterAll(() => rmSync(checkout, { recursive: true, force: true }))
for (const path of ['package.json', 'infra']) {
  const from = fileURLToPath(new URL(`../../${path}`, import.meta.url))
  cpSync(from, join(checkout, path), { recursive: true })
}
const script = join(checkout, 'infra/check/filled-in.ts')
const schema = z.object({ parameters: z.record(z.string(), z.object({ value: z.unknown() })) })

const filledIn = (env: Record<string, string>): Record<string, unknown> => {
  const text = execFileSync(process.execPath, [script], { env, encoding: 'utf8' })
  const { parameters } = schema.parse(JSON.parse(text))
  return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]))
}

it('parameters are filled in from variables, then from their defaults, whatever is in them', () => {
  const variables = { AZURE_ENV_NAME: 'prod', OPERATOR_NAME: 'Contoso "Market" \\ B.V.' }
  const given = filledIn({
    VARIABLES: JSON.stringify(variables),
    AZURE_LOCATION: 'westeurope',
    LOCKS: 'false',
  })
  expect(given).toMatchObject({
    environmentName: 'prod',
    location: 'westeurope',
    operatorName: 'Contoso "Market" \\ B.V.',
    callerAddresses: '',
    appCredential: 'federated',
    locks: false,
    assignRoles: true,
    nodeVersion: '24',
  })
})

it('the hooks of azd run before anything is installed', () => {
  const hook = join(checkout, 'infra/hooks/main.ts')
  const { status, stdout } = spawnSync(process.execPath, [hook, 'postprovision'], {
    env: {},
    encoding: 'utf8',
  })
  expect(stdout).toContain('azd provision comes first')
  expect(status).toBe(0)
})

it('a deployment that cannot succeed is stopped before it begins', () => {
  const hook = join(checkout, 'infra/hooks/main.ts')
  expect(spawnSync(process.execPath, [hook, 'predeploy'], { env: {} }).status).toBe(1)
})
