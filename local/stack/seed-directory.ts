import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import type { CallerApplication, Directory, ManagedIdentity } from '../directory.ts'
import { customers, partners, people, tenants } from './people.ts'

type CallerSeed = Omit<CallerApplication, 'clientSecret'>

const caller = (last: number, facts: Omit<CallerSeed, 'clientId'>): CallerSeed => ({
  clientId: `ca11e400-0000-4000-8000-0000000000f${last}`,
  ...facts,
})

const callers: CallerSeed[] = [
  caller(1, { name: 'Marketplace', tenant: tenants.operator, roles: ['Token.Issue'] }),
  caller(2, { name: 'Broker manager', tenant: tenants.operator, roles: ['Broker.Manage'] }),
  caller(3, { name: 'Broker reader', tenant: tenants.operator, roles: ['Broker.Read'] }),
  caller(4, { name: 'Service without a role', tenant: tenants.operator, roles: [] }),
  caller(5, { name: 'Foreign service', tenant: tenants.adatum, roles: ['Token.Issue'] }),
]

const identities: ManagedIdentity[] = [
  {
    name: 'onboarding',
    clientId: '1de47170-0000-4000-8000-000000000011',
    principalId: '1de47170-0000-4000-8000-000000000012',
    roles: ['Consent.Relay'],
  },
  {
    name: 'broker',
    clientId: '1de47170-0000-4000-8000-000000000021',
    principalId: '1de47170-0000-4000-8000-000000000022',
    roles: [],
  },
]

/**
 * The directory of the embedded stack: fixed ids and names, random secrets. Only the secrets are
 * kept in `file`, so that an older state folder meets a newer seed without harm.
 */
export const seedDirectory = (file: string, onboarding: string): Directory => {
  const secrets = keptSecrets(file)
  return {
    operatorTenant: tenants.operator,
    brokerApi: {
      clientId: 'b40ce400-0000-4000-8000-000000000001',
      audience: 'api://sam-token-broker',
    },
    partnerApp: {
      clientId: 'a9900000-0000-4000-8000-000000000001',
      displayName: 'Contoso Marketplace',
      redirectUris: [`${onboarding}/consent/callback`, `${onboarding}/consent/approved`],
      secrets: [secrets.app],
      federatedSubjects: identities
        .filter(({ name }) => name === 'broker')
        .map(({ principalId }) => principalId),
      certificates: [],
    },
    identities,
    callers: callers.map((one) => ({ ...one, clientSecret: secrets.callers[one.clientId] ?? '' })),
    partners,
    customers,
    people,
  }
}

const secretsSchema = z.object({ app: z.string(), callers: z.record(z.string(), z.string()) })

type Secrets = z.output<typeof secretsSchema>

const keptSecrets = (file: string): Secrets => {
  const kept = readSecrets(file)
  const secrets = {
    app: kept?.app ?? newSecret(),
    callers: Object.fromEntries(
      callers.map(({ clientId }) => [clientId, kept?.callers[clientId] ?? newSecret()]),
    ),
  }
  writeFileSync(`${file}.tmp`, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.tmp`, file)
  return secrets
}

const readSecrets = (file: string): Secrets | undefined =>
  existsSync(file)
    ? secretsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
    : undefined

const newSecret = (): string => randomBytes(30).toString('base64url')
