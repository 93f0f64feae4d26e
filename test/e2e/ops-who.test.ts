import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { callerToken, callerWithRole } from '../../local/stack/caller-token.ts'
import { startStack, type Stack } from '../../local/stack/start-stack.ts'
import { firstLine, runOps, signedInByAz } from '../ops/support/run-ops.ts'
import { claimsOf, mint } from './support/entra-controls.ts'
import { ownCaller } from './support/own-partner.ts'

const stack = inject('stack')
const folder = mkdtempSync(join(tmpdir(), 'ops-who-'))

afterAll(() => rmSync(folder, { recursive: true }))

const where = {
  BROKER_URL: stack.broker,
  BROKER_AUDIENCE: stack.brokerAudience,
  ENTRA_AUTHORITY: stack.entra,
  NODE_EXTRA_CA_CERTS: join(stack.stateFolder, 'ca.pem'),
}

const lock = ['lockdown', 'set', 'partner', randomUUID(), '--reason', 'odd', '--yes']

const asApplication = async (roles: string[]) => {
  const { tenant, clientId, clientSecret } = await ownCaller(stack, roles)
  const env = {
    OPS_TENANT: tenant,
    OPS_CLIENT_ID: clientId,
    OPS_CLIENT_SECRET: clientSecret,
  }
  return { env: { ...where, ...env }, clientId, clientSecret }
}

const personToken = async (changes: object): Promise<string> => {
  const manager = await callerToken(stack, callerWithRole(stack, 'Broker.Manage'))
  const { idtyp: _idtyp, roles: _roles, ...claims } = claimsOf(manager)
  const person = { scp: 'Manage', oid: randomUUID(), preferred_username: 'olga@contoso.example' }
  return mint(stack, { claims: { ...claims, ...person, ...changes } })
}

describe('an application', () => {
  it('signs in by its secret, which is shown nowhere', async () => {
    const { env, clientId, clientSecret } = await asApplication(['Broker.Manage'])
    const ran = await runOps(['whoami'], { env })
    expect(firstLine(ran)).toContain(`the application ${clientId} of tenant ${stack.brokerTenant}`)
    expect(ran.stdout).toMatch(/^mayChange +true$/m)
    expect(ran.code).toBe(0)
    expect(ran.stdout + ran.stderr).not.toContain(clientSecret)
  })

  it('with Broker.Read may look and not change, and is told which role it needs', async () => {
    const { env } = await asApplication(['Broker.Read'])
    expect((await runOps(['lockdown', 'list'], { env })).code).toBe(0)
    const { code, stderr } = await runOps(lock, { env })
    expect(stderr).toContain('Refused: not_permitted (403)')
    expect(stderr).toContain('needs the app role Broker.Manage')
    expect(stderr).toMatch(/correlation id: [0-9a-f-]{36}/)
    expect(code).toBe(1)
  })

  it('without a role may not even look', async () => {
    const { env } = await asApplication([])
    const { code, stderr } = await runOps(['partners'], { env })
    expect(stderr).toContain('not_permitted (403)')
    expect(code).toBe(1)
  })

  it('with a wrong secret is not signed in', async () => {
    const { env } = await asApplication(['Broker.Manage'])
    const wrong = { ...env, OPS_CLIENT_SECRET: 'wrong' }
    const { code, stderr } = await runOps(['partners'], { env: wrong })
    expect(stderr).toContain('Not signed in')
    expect(code).toBe(1)
  })
})

describe('a person, by az login', () => {
  it('with the role manages, and is named', async () => {
    const token = await personToken({ roles: ['Broker.Manage'] })
    const env = { ...where, ...signedInByAz(folder, token) }
    const ran = await runOps(['whoami'], { env })
    expect(firstLine(ran)).toContain('the person olga@contoso.example of tenant')
    expect(ran.code).toBe(0)
    expect(ran.stdout + ran.stderr).not.toContain(token)
  })

  it('without the role is refused', async () => {
    const env = { ...where, ...signedInByAz(folder, await personToken({})) }
    const { code, stderr } = await runOps(lock, { env })
    expect(stderr).toContain('not_permitted (403)')
    expect(code).toBe(1)
  })
})

describe('a network that may not manage', () => {
  let closed: Stack
  let address: string
  const closedFolder = mkdtempSync(join(tmpdir(), 'ops-closed-'))

  beforeAll(async () => {
    const apps = { onboarding: 'dist/onboarding', broker: 'dist/broker' }
    closed = await startStack({ stateFolder: closedFolder, portBase: 0, apps })
    const broker = await closed.startSecondBroker({ MANAGEMENT_NETWORKS: '203.0.113.0/24' })
    address = broker.address
  }, 120_000)

  afterAll(async () => {
    await closed.stop()
    rmSync(closedFolder, { recursive: true, force: true, maxRetries: 5 })
  })

  it('is refused whatever the role, and told of the setting', async () => {
    const { tenant, clientId, clientSecret } = callerWithRole(closed.facts, 'Broker.Manage')
    const env = {
      ...where,
      NODE_EXTRA_CA_CERTS: join(closedFolder, 'ca.pem'),
      ENTRA_AUTHORITY: closed.facts.entra,
      OPS_TENANT: tenant,
      OPS_CLIENT_ID: clientId,
      OPS_CLIENT_SECRET: clientSecret,
    }
    const open = { ...env, BROKER_URL: closed.facts.broker }
    expect((await runOps(['partners'], { env: open })).code).toBe(0)
    const { code, stderr } = await runOps(['partners'], { env: { ...env, BROKER_URL: address } })
    expect(stderr).toContain('not_permitted (403)')
    expect(stderr).toContain('MANAGEMENT_NETWORKS')
    expect(code).toBe(1)
  })
})
