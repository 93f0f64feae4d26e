import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { firstLine } from '../ops/support/run-ops.ts'
import { manage } from './support/management.ts'
import { ownPartner, type OwnPartner } from './support/own-partner.ts'
import { jsonOf, listedSchema, stackOps } from './support/stack-ops.ts'

const stack = inject('stack')
const ops = stackOps(stack)
const caller = `${stack.brokerTenant}/${randomUUID()}`

let partner: OwnPartner

beforeAll(async () => {
  partner = await ownPartner(stack)
})

const shown = async (path: string): Promise<unknown> => (await manage(stack, { path })).json()

describe('invitations by ops', () => {
  it('says who and where first, and shows link, code and message once', async () => {
    const ran = await ops(['invite', partner.tenant, '--for', 'graph', '--name', partner.name])
    expect(ran.code).toBe(0)
    expect(firstLine(ran)).toMatch(
      /^Signed in as the application \S+ of tenant \S+, app roles Broker/,
    )
    expect(firstLine(ran)).toContain(`Broker: ${stack.broker}`)
    expect(ran.stdout).toContain(`Link: ${stack.onboarding}/onboard/`)
    expect(ran.stdout).toMatch(/Code: \w{4}-\w{4}/)
  })

  it('cancels only when the answer is yes', async () => {
    const ran = await ops(['invite', partner.tenant, '--for', 'arm', '--json'])
    const { id } = jsonOf(ran, z.object({ id: z.string() }))
    const no = await ops(['invitations', 'cancel', id], 'no\n')
    expect(no).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was done.') })
    expect(await shown(`/manage/invitations/${id}`)).toMatchObject({ status: 'open' })
    expect((await ops(['invitations', 'cancel', id], 'yes\n')).code).toBe(0)
    expect(await shown(`/manage/invitations/${id}`)).toMatchObject({ status: 'cancelled' })
  })

  it('lists every page', async () => {
    const listed = jsonOf(await ops(['invitations', '--json']), listedSchema)
    expect(listed.value.length).toBeGreaterThanOrEqual(2)
    expect(listed.more).toBe(false)
  })
})

describe('permissions by ops', () => {
  const name = `ops-${randomUUID().slice(0, 8)}`
  const put = (...more: string[]) => {
    const base = ['permissions', 'put', name, '--caller', caller, '--audiences', 'graph']
    return [...base, '--purposes', 'billing', ...more]
  }

  it('creates and widens without a question', async () => {
    const created = await ops(put('--partners', partner.tenant))
    expect(created).toMatchObject({ code: 0, stdout: expect.stringContaining(partner.tenant) })
    expect((await ops(put('--partners', 'any'))).code).toBe(0)
  })

  it('narrows only when the answer is yes', async () => {
    const narrower = put('--partners', partner.tenant)
    const unasked = await ops(narrower)
    expect(unasked.code).toBe(1)
    expect(unasked.stderr).toContain('partners are no longer any')
    expect(unasked.stderr).toContain('no terminal to ask on')
    expect((await ops(narrower, 'n\n')).code).toBe(1)
    expect(await shown(`/manage/permissions/${name}`)).toMatchObject({ partners: 'any' })
    expect((await ops(narrower, 'yes\n')).code).toBe(0)
    expect(await shown(`/manage/permissions/${name}`)).toMatchObject({ partners: [partner.tenant] })
  })

  it('explains which permission decides', async () => {
    const asked = ['--caller', caller, '--partner', randomUUID(), '--for', 'graph']
    const { stdout } = await ops(['explain', ...asked])
    expect(stdout).toMatch(/^code +not_permitted$/m)
    expect(stdout).toContain(name)
  })

  it('deletes only when the answer is yes', async () => {
    expect((await ops(['permissions', 'delete', name])).code).toBe(1)
    expect(await shown(`/manage/permissions/${name}`)).toMatchObject({ name })
    expect((await ops(['permissions', 'delete', name, '--yes'])).code).toBe(0)
    const gone = await ops(['permissions', 'get', name])
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('not_found (404)') })
  })
})

describe('lockdowns by ops', () => {
  it('sets one only when asked and answered, never over another, and lifts it', async () => {
    const set = ['lockdown', 'set', 'partner', partner.tenant, '--reason', 'odd']
    const name = `partner-${partner.tenant}`
    expect((await ops(set)).stderr).toContain(`Stop issuing for the partner ${partner.tenant}?`)
    expect((await manage(stack, { path: `/manage/lockdowns/${name}` })).status).toBe(404)
    expect((await ops([...set, '--yes'])).code).toBe(0)
    const again = await ops([...set, '--yes'])
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('(412)') })
    expect((await ops([...set, '--yes', '--replace'])).code).toBe(0)
    expect((await ops(['lockdown', 'list'])).stdout).toContain(name)
    expect((await ops(['lockdown', 'lift', name])).code).toBe(0)
    expect((await manage(stack, { path: `/manage/lockdowns/${name}` })).status).toBe(404)
  })
})

describe('revoking by ops', () => {
  it('revokes only when the answer is yes, and says what still lives', async () => {
    const args = ['revoke', partner.tenant, '--reason', 'contract ended']
    expect((await ops(args, '\n')).stderr).toContain('Nothing was done.')
    expect((await manage(stack, { path: `/manage/partners/${partner.tenant}` })).status).toBe(404)
    const { code, stdout } = await ops(args, 'yes\n')
    expect(code).toBe(0)
    expect(stdout).toContain(`Partner ${partner.tenant} is revoked`)
    expect(stdout).toMatch(/- access_tokens until \d{4}-/)
    expect((await ops(['partners', partner.tenant])).stdout).toMatch(/^status +revoked$/m)
  })

  it('invites the revoked partner again', async () => {
    const { stdout } = await ops(['reinvite', partner.tenant])
    expect(stdout).toContain(`Link: ${stack.onboarding}/onboard/`)
  })
})
