import type { TokenCredential } from '@azure/identity'
import type { TelemetryClient } from 'applicationinsights'
import type { Dimensions, MetricName, Metrics } from '../broker/metrics.ts'
import { redact } from './redact.ts'
import { inTime } from './time-budget.ts'

export type TelemetryOptions = {
  connectionString: string
  /** As whom to send, where the resource takes no instrumentation key alone. */
  credential?: TokenCredential
  /** Told once when telemetry cannot be had; the app goes on without. */
  onFailed: (thrown: unknown) => void
}

export type Telemetry = {
  metrics: Metrics
  /** Loads the SDK (seconds of work, megabytes of code): not before the first answer has left. */
  start: () => Promise<void>
  /** Sends what is collected; it is sent every minute anyway. */
  flush: () => Promise<void>
}

// A process that ends waits no longer than this for an endpoint that does not answer.
const flushMs = 3_000

type Measurement = { name: MetricName; value: number; dimensions: Dimensions }

// Measured before the SDK is there: of more than this the rest is left out.
const keptMeasurements = 1_000

/**
 * Application Insights with our own metrics and nothing else: no collection of requests,
 * dependencies, console or exceptions, whose addresses would carry names of secrets and codes.
 */
export const openTelemetry = (options: TelemetryOptions): Telemetry => {
  let waiting: Measurement[] | undefined = []
  let client: TelemetryClient | undefined
  let started: Promise<void> | undefined

  const load = async (): Promise<void> => {
    try {
      client = await makeClient(options)
      for (const measurement of waiting ?? []) track(client, measurement)
    } catch (thrown) {
      options.onFailed(thrown)
    }
    waiting = undefined
  }
  return {
    metrics: (name, value, dimensions = {}) => {
      if (client) return track(client, { name, value, dimensions })
      if (waiting && waiting.length < keptMeasurements) waiting.push({ name, value, dimensions })
    },
    start: () => (started ??= load()),
    flush: async () => {
      const sending = client?.flush()
      await inTime(flushMs, async () => sending).catch(() => undefined)
    },
  }
}

const instrumentationKey = /(?:^|;)\s*InstrumentationKey=[0-9a-f-]{36}\s*(?:;|$)/i

// Providers of its own: global ones would instrument the process.
const makeClient = async ({
  connectionString,
  credential,
}: TelemetryOptions): Promise<TelemetryClient> => {
  // The SDK would only say it to a log of its own.
  if (!instrumentationKey.test(connectionString)) throw new Error('there is no instrumentation key')
  // Bundled, a CommonJS package has only its default export.
  const { default: sdk } = await import('applicationinsights')
  const client = new sdk.TelemetryClient(connectionString, { useGlobalProviders: false })
  client.config.azureMonitorOpenTelemetryOptions = {
    azureMonitorExporterOptions: {
      connectionString,
      // Nothing is written to the disk of an instance.
      disableOfflineStorage: true,
      ...(credential && { credential }),
    },
    enableLiveMetrics: false,
  }
  client.initialize()
  return client
}

const track = (client: TelemetryClient, { name, value, dimensions }: Measurement): void => {
  const properties = Object.fromEntries(
    Object.entries(dimensions).map(([key, text]) => [key, redact(text)]),
  )
  client.trackMetric({ name, value, properties })
}
