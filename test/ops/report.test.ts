import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certificatesIn } from '../../local/kit/certificates.ts'
import { startPart, type LocalAnswer, type LocalPart } from '../../local/kit/part.ts'
import { runOps, operatorOf } from './support/run-ops.ts'

// A broker with the trouble that a small stack does not have.

const folder = mkdtempSync(join(tmpdir(), 'ops-report-'))
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = `${encode({ alg: 'none' })}.${encode({ tid: 'tenant', roles: ['Broker.Read'] })}.x`
const guid = (digit: number) => `${digit}ab41c00-0000-4000-8000-0000000000b1`
const escape = '\u001B]0;owned\u0007'
const caller = `${guid(1)}/${guid(2)}`

const report = {
  at: '2026-11-23T12:00:00.000Z',
  month: '2026-11',
  partners: {
    counted: 4,
    byStatus: { active: 1, expiring: 1, degraded: 0, consent_needed: 1, revoked: 1 },
    isComplete: true,
  },
  mustAct: [
    {
      partner: guid(3),
      status: 'consent_needed',
      whoMustAct: 'partner_admin',
      reason: 'invalid_grant',
    },
  ],
  mustActMore: 7,
  tokens: {
    total: 12,
    issued: [
      {
        caller,
        audience: 'https://api.partnercenter.microsoft.com',
        purpose: 'p'.repeat(40),
        tokens: 9,
      },
      { caller, audience: 'https://graph.microsoft.com', purpose: `x${escape}`, tokens: 3 },
    ],
    permissions: [{ name: 'billing', tokens: 12 }],
    others: [],
  },
  refusals: [{ code: 'locked_down', count: 2 }],
  lockdowns: [{ at: '2026-11-02T10:00:00.000Z', change: 'set', name: 'all', by: guid(9) }],
  permissionsUnused: [{ name: 'old', mode: 'enforce' }],
  rolledUp: {
    from: '2026-01-01T00:00:00.000Z',
    through: '2026-11-23T08:00:00.000Z',
    isLagging: true,
  },
  record: { keepDays: 400, isOverdue: true, oldestAt: '2025-01-01T00:00:00.000Z' },
  warnings: ['tokens are counted late', `odd ${escape}`],
}

const base = { generation: 1, rotatedAt: '2026-11-20T08:00:00.000Z' }
const grants = [
  {
    ...base,
    partner: guid(6),
    status: 'revoked',
    whoMustAct: 'operator',
    endsBecause: 'revoked',
    endsAt: '2026-11-01T00:00:00.000Z',
  },
  {
    ...base,
    partner: guid(5),
    status: 'active',
    whoMustAct: 'nobody',
    daysLeft: 312,
    endsAt: '2027-10-01T00:00:00.000Z',
    endsBecause: 'consent_term',
  },
  {
    ...base,
    partner: guid(4),
    status: 'expiring',
    whoMustAct: 'partner_admin',
    daysLeft: 6,
    endsAt: '2026-11-29T00:00:00.000Z',
    endsBecause: 'consent_term',
  },
  {
    ...base,
    partner: guid(3),
    displayName: `Fabrikam${escape}${'x'.repeat(200)}`,
    status: 'consent_needed',
    whoMustAct: 'partner_admin',
    endsAt: '2026-11-21T00:00:00.000Z',
    endsBecause: 'consent_needed',
    reason: 'invalid_grant',
    lastFailure: { at: '2026-11-21T00:00:00.000Z', reason: 'invalid_grant', errorCodes: [50173] },
  },
]

let part: LocalPart
let env: Record<string, string>
beforeAll(async () => {
  const tls = await certificatesIn(folder)
  const answer = ({ url }: { url: URL }): LocalAnswer => ({
    status: 200,
    body: url.pathname === '/manage/report' ? report : { value: grants },
  })
  part = await startPart({ host: 'localhost', port: 0, tls, answer })
  env = operatorOf(part, { folder, token, caFile: tls.caFile })
})
afterAll(async () => {
  await part.close()
  rmSync(folder, { recursive: true })
})

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length))

test('the grants come most urgent first, each with what is wrong and who must act', async () => {
  const { code, stdout } = await runOps(['report'], { env })
  expect(code).toBe(0)
  const lines = stdout.split('\n')
  expect(lines[0]).toMatch(/^4 partners: 1 active, 1 expiring, 0 degraded, 1 consent_needed/)
  expect(lines).toContain('WARNING: tokens are counted late')
  const order = lines.flatMap((line) => /\dab41c00-[-\w]+/.exec(line)?.[0] ?? [])
  expect(order).toEqual([3, 4, 5, 6].map(guid))
  expect(stdout).toContain('\n    partner_admin must act: invalid_grant\n')
  expect(stdout).toContain('\n    last failure 2026-11-21: invalid_grant AADSTS50173\n')
  expect(stdout).toMatch(/^active {10}312 /m)
  expect(stdout).not.toContain('\u001B')
  expect(widest(stdout)).toBeLessThanOrEqual(100)
})

test('no more grants than asked for are shown, and it says that there are more', async () => {
  const { stdout } = await runOps(['report', '--most', '1'], { env })
  expect(stdout).toContain(guid(3))
  expect(stdout).not.toContain(guid(4))
  expect(stdout).toContain('There are more')
})

test('a month fits a terminal of 100 columns, and nobody drives it by a purpose', async () => {
  const { code, stdout } = await runOps(['report', '--month', '2026-11'], { env })
  expect(code).toBe(0)
  expect(part.requests().at(-1)?.path).toContain('/manage/report')
  for (const said of [
    'Report for 2026-11',
    'Now 4 partners: 1 active',
    'through 2026-11-23 08:00Z',
    `${caller}: 12`,
    'Must act (and 7 more)',
    'Oldest audit record 2025-01-01',
  ]) {
    expect(stdout).toContain(said)
  }
  expect(stdout).toMatch(/old +enforce +never/)
  expect(stdout).not.toContain('\u001B')
  expect(widest(stdout)).toBeLessThanOrEqual(100)
})

test('a month that is not named is this one', async () => {
  const { code } = await runOps(['report', '--month', '--json'], { env })
  expect(code).toBe(0)
  const months = [0, -60_000].map((ms) => new Date(Date.now() + ms).toISOString().slice(0, 7))
  expect(months).toContain(part.requests().at(-1)?.query['month'])
})

test('what is no month is wrongly typed', async () => {
  const { code, stderr } = await runOps(['report', '--month', '2026-13'], { env })
  expect(stderr).toContain('--month must be YYYY-MM')
  expect(code).toBe(2)
})
