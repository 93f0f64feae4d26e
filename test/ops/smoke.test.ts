import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { certificatesIn, type Certificates } from '../../local/kit/certificates.ts'
import { readAskedFor } from '../../ops/smoke/asked-for.ts'
import { refusing, soundBroker, soundOnboarding } from './support/good-sites.ts'
import { runSmoke, type Ran } from './support/run-ops.ts'
import { openSmallSite, type Answers, type Said, type SmallSite } from './support/small-site.ts'

const folder = mkdtempSync(join(tmpdir(), 'smoke-'))
let certificates: Certificates
const opened: SmallSite[] = []

beforeAll(async () => {
  certificates = await certificatesIn(folder)
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((site) => site.stop()))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Around = { plain?: Said; weakTls?: true }

const site = async (answers: Answers, { plain, weakTls }: Around = {}): Promise<string> => {
  const { cert, key } = certificates
  const weak = weakTls && { minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0' }
  const one = await openSmallSite({ answers, tls: { cert, key, ...weak }, ...(plain && { plain }) })
  opened.push(one)
  return one.address
}

type Sites = { onboarding?: string; broker?: string; more?: string[] }

const smoke = async ({ onboarding, broker, more = [] }: Sites): Promise<Ran> => {
  const addresses = [
    ['--onboarding', onboarding ?? (await site(soundOnboarding))],
    ['--broker', broker ?? (await site(soundBroker))],
  ]
  return runSmoke([...addresses.flat(), '--ca', certificates.caFile, ...more])
}

const failures = ({ stdout }: Ran): string[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('FAIL'))
    .map((line) => line.replace(/^FAIL +/, ''))

/** Answers with one of them replaced. */
const but =
  (answers: Answers, pattern: RegExp, change: (said: Said) => Said): Answers =>
  (path, address) => {
    const said = answers(path, address)
    return pattern.test(path) ? change(said ?? { status: 404 }) : said
  }

const status = (code: number) => (said: Said) => ({ ...said, status: code })
const without = (header: string) => (said: Said) => ({
  ...said,
  headers: Object.fromEntries(
    Object.entries(said.headers ?? {}).filter(([name]) => name !== header),
  ),
})
const reading = (from: RegExp | string, to: string) => (said: Said) => ({
  ...said,
  body: said.body?.replace(from, to) ?? '',
})

it('sound apps pass every check', async () => {
  const ran = await smoke({})
  expect(failures(ran)).toEqual([])
  expect(ran).toMatchObject({ code: 0, stderr: '' })
})

const hostPage = () => ({ status: 200, body: 'Your Azure Functions app is up and running.' })

describe('of the onboarding app it fails', () => {
  it.each<[string, RegExp, (said: Said) => Said, string]>([
    ['is alive', /live$/, status(503), 'status 503 instead of 200'],
    ['is ready', /ready$/, status(503), 'it names each setting at fault'],
    ['own home page', /^\/$/, hostPage, `the host's page`],
    ['own home page', /^\/$/, reading('Contoso</h1>', 'undefined</h1>'), 'a setting is missing'],
    ['security headers', /^\/$/, without('strict-transport-security'), 'strict-transport-security'],
    ['security headers', /^\/renew/, without('content-security-policy'), 'content-security-policy'],
    ['security.txt', /security/, reading(/Contact:.*/, 'Contact:'), 'no contact'],
    ['security.txt', /security/, reading(/Expires: \d{4}/, 'Expires: 2020'), 'expired'],
    [
      'security.txt',
      /security/,
      reading('Canonical: ', 'Canonical: https://other.example'),
      'lies at',
    ],
    ['belongs to no sign-in', /callback/, status(200), 'instead of a refusal'],
    ['is not the broker', /manage/, status(401), 'status 401 instead of 404'],
  ])('"%s" (%s)', async (...[name, path, change, saying]) => {
    const ran = await smoke({ onboarding: await site(but(soundOnboarding, path, change)) })
    expect(failures(ran)).toContainEqual(expect.stringContaining(name))
    expect(failures(ran).join('\n')).toContain(saying)
    expect(ran.code).toBe(1)
  })
})

describe('of the broker it fails', () => {
  it.each<[string, RegExp, (said: Said) => Said, string]>([
    ['is alive', /live$/, status(403), '--denied'],
    ['is ready', /ready$/, status(503), 'each setting or store at fault'],
    ['describes itself', /openid/, reading(/localhost/g, 'other.example'), 'its issuer is'],
    ['describes itself', /openid/, reading(/.*/, 'no document'), 'no discovery document'],
    ['page of the host', /^\/$/, hostPage, `the host's page`],
    ['to issue without a token', /token$/, status(200), 'status 200'],
    ['to issue for a token of another audience', /token$/, status(200), 'status 200'],
    ['/manage without a token', /^\/manage/, status(200), 'status 200'],
    ['/manage for a token of another audience', /^\/manage/, status(500), 'status 500'],
    ['/internal without a token', /^\/internal/, status(200), 'status 200'],
    ['/whoami without a token', /^\/whoami/, status(200), 'status 200'],
    [`the host's own management`, /^\/admin/, status(200), 'status 200'],
  ])('"%s" (%s)', async (...[name, path, change, saying]) => {
    const ran = await smoke({ broker: await site(but(soundBroker, path, change)) })
    expect(failures(ran)).toContainEqual(expect.stringContaining(name))
    expect(failures(ran).join('\n')).toContain(saying)
    expect(ran.code).toBe(1)
  })
})

describe('of the transport', () => {
  it('plain HTTP that leads to https passes', async () => {
    const plain = { status: 301, headers: { location: 'https://localhost/' } }
    const ran = await smoke({ broker: await site(soundBroker, { plain }) })
    expect(failures(ran)).toEqual([])
  })

  it.each<[string, Around, string]>([
    [
      'an answer to plain HTTP fails',
      { plain: { status: 200 } },
      'does not answer plain HTTP: status 200',
    ],
    [
      'plain HTTP that leads to plain HTTP fails',
      { plain: { status: 301, headers: { location: 'http://localhost/' } } },
      'does not answer plain HTTP: status 301',
    ],
    ['TLS 1.1 fails', { weakTls: true }, 'does not speak TLS 1.1: it speaks TLSv1.1'],
  ])('%s', async (_name, around, saying) => {
    const ran = await smoke({ broker: await site(soundBroker, around) })
    expect(failures(ran)).toEqual([expect.stringContaining(`broker: ${saying}`)])
    expect(ran.code).toBe(1)
  })

  it('a certificate of an unknown authority fails', async () => {
    const other = await certificatesIn(join(folder, 'other'))
    const { cert, key } = other
    const one = await openSmallSite({ answers: soundBroker, tls: { cert, key } })
    opened.push(one)
    const ran = await smoke({ broker: one.address })
    expect(failures(ran)).toContainEqual(expect.stringContaining('broker: speaks TLS 1.2 or later'))
  })
})

describe('from a network that the broker must refuse (--denied)', () => {
  const from = async (sites: Sites) =>
    smoke({ ...sites, more: ['--denied', ...(sites.more ?? [])] })

  it('a refusal before the app passes', async () => {
    const broker = await site(refusing)
    const ran = await from({ broker, more: ['--scm', await site(refusing)] })
    expect(failures(ran)).toEqual([])
    expect(ran.code).toBe(0)
  })

  it('a broker that answers fails, even with a 403 of its own', async () => {
    const own = but(soundBroker, /./, (said) => ({
      ...said,
      status: 403,
      headers: { 'x-correlation-id': 'x' },
    }))
    const ran = await from({ broker: await site(own) })
    expect(failures(ran)).toHaveLength(4)
    expect(ran.code).toBe(1)
  })

  it('a deployment site that answers fails', async () => {
    const scm = await site(() => ({ status: 401 }))
    const ran = await from({ broker: await site(refusing), more: ['--scm', scm] })
    expect(failures(ran)).toEqual([expect.stringContaining('deployerAddresses')])
  })

  it('an onboarding app that refuses fails', async () => {
    const ran = await from({ broker: await site(refusing), onboarding: await site(refusing) })
    expect(failures(ran)).toEqual([expect.stringContaining('onboarding: is public')])
  })
})

it('a deployment site that is open to this machine is said, and does not fail', async () => {
  const ran = await smoke({ more: ['--scm', await site(() => ({ status: 401 }))] })
  expect(ran.stdout).toMatch(/^note +deployment site localhost: .*only while it may deploy/m)
  expect(ran.code).toBe(0)
})

it('the deployment sites are those of the apps, also where the apps have domains of their own', () => {
  const scmOf = (onboarding: string, env = {}) =>
    readAskedFor(['--onboarding', onboarding, '--broker', 'https://b.azurewebsites.us'], env).scm
  const azd = { ONBOARDING_APP: 'a', BROKER_APP: 'b', SITE_SUFFIX: 'azurewebsites.net' }
  expect(scmOf('https://a.azurewebsites.us')).toEqual([
    'https://a.scm.azurewebsites.us',
    'https://b.scm.azurewebsites.us',
  ])
  expect(scmOf('https://sam.example', azd)).toEqual([
    'https://a.scm.azurewebsites.net',
    'https://b.scm.azurewebsites.net',
  ])
})

it.each([
  [['--broker', 'https://b.example'], '--onboarding is missing'],
  [['--onboarding', 'http://a.example', '--broker', 'https://b.example'], 'must be https://'],
  [['--unknown'], 'usage:'],
])('%s is wrongly typed', async (args, saying) => {
  const ran = await runSmoke(args)
  expect(ran.stderr).toContain(saying)
  expect(ran.code).toBe(2)
})
