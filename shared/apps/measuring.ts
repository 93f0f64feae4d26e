import { managedIdentity } from '../azure/identity.ts'
import { log } from '../azure/log.ts'
import { openTelemetry, type Telemetry } from '../azure/telemetry.ts'
import type { Metrics } from '../broker/metrics.ts'
import { withoutUsageReports, type BrokerConfig } from '../config.ts'
import { afterFirstAnswer } from './after-answer.ts'

let telemetry: Telemetry | undefined

/** The metrics of this process: Application Insights where that is configured, else nowhere. */
export const measuring = (config: BrokerConfig): Metrics => {
  const { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString } = config
  if (connectionString === undefined) return () => {}
  withoutUsageReports()
  telemetry = openTelemetry({ connectionString, ...sender(config), onFailed: telemetryFailed })
  afterFirstAnswer(telemetry.start)
  return telemetry.metrics
}

/** Sends what is collected before the process ends. */
export const flushTelemetry = async (): Promise<void> => telemetry?.flush()

const sender = ({
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: by,
  AZURE_CLIENT_ID,
}: BrokerConfig) => (by === undefined ? {} : { credential: managedIdentity(AZURE_CLIENT_ID) })

const telemetryFailed = (thrown: unknown): void =>
  log('error', 'telemetry_failed', {
    problem: thrown instanceof Error ? thrown.name : 'not an error',
  })
