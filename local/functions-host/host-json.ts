import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { LogLevel } from './rpc.ts'

/** `hh:mm:ss`, optionally with days in front and a fraction behind, in milliseconds. */
const timeSpan = z
  .string()
  .regex(/^(?:\d+\.)?\d{1,2}:\d{2}:\d{2}(?:\.\d+)?$/)
  .transform((text) => {
    const [clock = '', days = '0'] = text.split(/^(\d+)\.(?=\d+:)/).toReversed()
    const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number)
    return (((Number(days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
  })

const queuesSchema = z
  .object({
    /** The host's default is a minute, but two seconds in development. */
    maxPollingInterval: timeSpan.default(2000),
    visibilityTimeout: timeSpan.default(0),
    batchSize: z.int().min(1).max(32).default(16),
    newBatchThreshold: z.int().optional(),
    maxDequeueCount: z.int().min(1).default(5),
    messageEncoding: z.enum(['base64', 'none']).default('base64'),
  })
  .transform(({ maxPollingInterval, visibilityTimeout, ...queues }) => ({
    ...queues,
    maxPollingIntervalMs: maxPollingInterval,
    visibilityTimeoutMs: visibilityTimeout,
    newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2),
  }))

export type QueueOptions = z.infer<typeof queuesSchema>

const logLevel = z
  .string()
  .transform((level) => level.toLowerCase())
  .pipe(z.enum(['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none']))

const hostJsonSchema = z.object({
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      queues: queuesSchema.prefault({}),
    })
    .prefault({}),
  logging: z
    .object({ logLevel: z.object({ default: logLevel.default('information') }).prefault({}) })
    .prefault({}),
})

export type HostJson = { routePrefix: string; queues: QueueOptions; minimumLevel: LogLevel }

/** The settings of `host.json` that the local host honours, with the real host's defaults. */
export const readHostJson = (folder: string): HostJson => {
  const file = join(folder, 'host.json')
  const found: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const { extensions, logging } = hostJsonSchema.parse(found)
  return {
    routePrefix: extensions.http.routePrefix,
    queues: extensions.queues,
    minimumLevel: logging.logLevel.default,
  }
}
