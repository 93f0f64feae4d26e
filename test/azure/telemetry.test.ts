import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { buildApp } from '../../build.ts'
import { certificatesIn } from '../../local/kit/certificates.ts'
import { startPart, type LocalPart } from '../../local/kit/part.ts'
import { openTelemetry, type Telemetry } from '../../shared/azure/telemetry.ts'
import { withoutUsageReports } from '../../shared/config.ts'
import { eagerPackages } from '../architecture/bundles.ts'

// What Application Insights would receive, taken by a local ingestion endpoint.
let ingestion: LocalPart
let folder: string
const bodies: string[] = []
const authorizations: (string | undefined)[] = []

beforeAll(async () => {
  withoutUsageReports()
  folder = mkdtempSync(join(tmpdir(), 'ingestion-'))
  const certificates = await certificatesIn(folder)
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificates.ca])
  ingestion = await startPart({
    host: 'localhost',
    port: 0,
    tls: certificates,
    answer: ({ body, headers }) => {
      const isZipped = headers['content-encoding'] === 'gzip'
      bodies.push((isZipped ? gunzipSync(body) : body).toString('utf8'))
      authorizations.push(headers.authorization)
      return { status: 200, body: { itemsReceived: 1, itemsAccepted: 1, errors: [] } }
    },
  })
})
afterAll(async () => {
  await ingestion.close()
  rmSync(folder, { recursive: true })
})
afterEach(() => {
  bodies.splice(0)
  authorizations.splice(0)
})

const connectionString = () =>
  `InstrumentationKey=0f000000-0000-4000-8000-00000000aaaa;IngestionEndpoint=${ingestion.address}/`

const open = (more: Partial<Parameters<typeof openTelemetry>[0]> = {}): Telemetry =>
  openTelemetry({ connectionString: connectionString(), onFailed: () => {}, ...more })

const sent = () => bodies.join('\n')

test('metrics arrive, those too that were measured before the SDK was there', async () => {
  const telemetry = open()
  telemetry.metrics('token_request_ms', 12, {
    code: 'issued',
    audience: 'https://graph.microsoft.com',
  })
  await telemetry.flush()
  expect(bodies).toEqual([])
  await telemetry.start()
  telemetry.metrics('breaker_open', 1, { dependency: 'vault' })
  await telemetry.flush()
  for (const text of [
    'token_request_ms',
    '"code":"issued"',
    'breaker_open',
    '"dependency":"vault"',
  ]) {
    expect(sent()).toContain(text)
  }
})

test('no secret arrives, whatever a dimension holds, and nothing but our own metrics', async () => {
  const telemetry = open()
  await telemetry.start()
  const token = `eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOjF9.${'c4nary'.repeat(12)}`
  telemetry.metrics('redemption_ms', 1, { outcome: token })
  telemetry.metrics('redemption_ms', 1, { outcome: 'client_secret=canary-canary-canary' })
  // What an HTTP instrumentation, a console or an exception collector would carry off.
  await fetch(`${ingestion.address}/secrets/refresh-token-canary?code=canary`)
  bodies.splice(0)
  console.error('canary')
  await telemetry.flush()
  expect(sent()).toContain('[redacted]')
  expect(sent()).not.toContain('canary')
  expect(sent()).not.toContain('eyJ')
  const types = [...sent().matchAll(/"baseType":"(\w+)"/g)].map(([, type]) => type)
  expect(new Set(types)).toEqual(new Set(['MetricData']))
})

test('it is sent as the managed identity where the resource asks for that', async () => {
  const token = { token: 'identity-token', expiresOnTimestamp: Date.now() + 1e6 }
  const telemetry = open({ credential: { getToken: async () => token } })
  await telemetry.start()
  telemetry.metrics('audit_dropped', 1)
  await telemetry.flush()
  expect(authorizations).toContain('Bearer identity-token')
})

test('a connection string of no use is told once, and measuring goes on without a fault', async () => {
  const onFailed = vi.fn()
  const telemetry = open({ connectionString: 'InstrumentationKey=none', onFailed })
  telemetry.metrics('audit_dropped', 1)
  await Promise.all([telemetry.start(), telemetry.start()])
  telemetry.metrics('audit_dropped', 1)
  await telemetry.flush()
  expect(onFailed).toHaveBeenCalledTimes(1)
})

test('it works bundled as a deployed app is, from a chunk of its own', async () => {
  const entry = join(import.meta.dirname, 'fixtures', 'telemetry-app.ts')
  const app = await buildApp('broker', { entry, outdir: join(folder, 'dist') })
  const eager = eagerPackages(app.metafile, /^(?:applicationinsights|@opentelemetry\/.*)$/)
  expect(eager).toEqual([])
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(app.folder, 'index.mjs'), connectionString()],
    {
      env: {
        NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
        APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
      },
    },
  )
  expect(stdout).toBe('')
  expect(sent()).toContain('audit_dropped')
})

test('an endpoint that fails or hangs stops nothing', async () => {
  const telemetry = open()
  await telemetry.start()
  ingestion.addFault({ match: {}, delayMs: 20_000, status: 500, body: 'canary' })
  telemetry.metrics('audit_dropped', 1)
  const startedAt = performance.now()
  await telemetry.flush()
  expect(performance.now() - startedAt).toBeLessThan(4_000)
  telemetry.metrics('audit_dropped', 1)
  ingestion.clearFaults()
})
