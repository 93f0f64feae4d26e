import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setDefaultCACertificates } from 'node:tls'
import type { JWTPayload } from 'jose'
import { startApis } from '../../local/apis/apis.ts'
import type { Directory, Person } from '../../local/directory.ts'
import { certificatesIn } from '../../local/kit/certificates.ts'
import { createIssuer, tenant } from './bearer-tokens.ts'

export const customerTenant = '33333333-3333-4333-8333-333333333333'
const otherTenant = '22222222-2222-4222-8222-222222222222'

const person = (name: string, given: Partial<Person>): Person => ({
  name,
  username: `${name}@partner.example`,
  objectId: `${name}-id`,
  tenant,
  mfa: true,
  admin: false,
  agent: false,
  ...given,
})

const directoryOf = (): Directory => ({
  operatorTenant: '44444444-4444-4444-8444-444444444444',
  brokerApi: { clientId: 'broker', audience: 'api://broker' },
  partnerApp: {
    clientId: 'app',
    displayName: 'app',
    redirectUris: [],
    secrets: [],
    federatedSubjects: [],
    certificates: [],
  },
  identities: [],
  callers: [],
  partners: [
    { name: 'Contoso', tenant },
    { name: 'Fabrikam', tenant: otherTenant },
  ],
  customers: [
    { name: 'Tailspin', tenant: customerTenant, partner: tenant },
    { name: 'Wingtip', tenant: '55555555-5555-4555-8555-555555555555', partner: tenant },
    { name: 'Northwind', tenant: '66666666-6666-4666-8666-666666666666', partner: otherTenant },
  ],
  people: [
    person('agent', { agent: true }),
    person('member', {}),
    person('foreign', { tenant: otherTenant, agent: true }),
  ],
})

/** The local APIs for the partner Contoso with an agent and a member, and a foreign agent. */
export const apisFixture = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'apis-'))
  const certificates = await certificatesIn(folder)
  setDefaultCACertificates([certificates.ca])
  const issuer = await createIssuer()
  const directory = directoryOf()
  const apis = await startApis({
    tls: certificates,
    ports: { partnerCenter: 0, graph: 0, arm: 0 },
    verifyBearer: issuer.verifyBearer,
    directory,
  })
  const ask = async (url: string, claims: JWTPayload, headers: Record<string, string> = {}) => {
    const token = await issuer.issue({ scp: 'user_impersonation', oid: 'agent-id', ...claims })
    return fetch(url, { headers: { authorization: `Bearer ${token}`, ...headers } })
  }
  const close = async () => {
    await apis.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { apis, directory, ask, issue: issuer.issue, close }
}
