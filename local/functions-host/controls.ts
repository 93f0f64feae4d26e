import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import * as z from 'zod'
import type { AppFunction } from './app-functions.ts'
import type { Timers } from './timers.ts'

export type FunctionSummary = { name: string; type: string; route?: string; methods?: string[] }

/** What a starter and a test are told of the app's functions. */
export const summariesOf = (functions: AppFunction[]): FunctionSummary[] =>
  functions.map((one) =>
    one.type === 'httpTrigger'
      ? { name: one.name, type: one.type, route: one.route, methods: one.methods }
      : { name: one.name, type: one.type },
  )

const fireSchema = z.object({ isPastDue: z.boolean().default(false) })

export type Controls = (
  request: { incoming: IncomingMessage; url: URL },
  outgoing: ServerResponse,
) => Promise<boolean>

/** `GET /_local/functions` and `POST /_local/timers/{name}`; false: the request is none of these. */
export const createControls =
  (functions: AppFunction[], timers: Timers): Controls =>
  async ({ incoming, url }, outgoing) => {
    if (!url.pathname.startsWith('/_local/')) return false
    const [, , control, name] = url.pathname.split('/')
    if (incoming.method === 'GET' && control === 'functions' && name === undefined) {
      outgoing.writeHead(200, { 'content-type': 'application/json' })
      outgoing.end(JSON.stringify(summariesOf(functions)))
      return true
    }
    const isFire = incoming.method === 'POST' && control === 'timers' && name
    outgoing.writeHead(isFire ? await fireTimer(timers, name, incoming) : 404).end()
    return true
  }

/** 204: it ran. 500: it failed, and the log says why. 404: no such timer. */
const fireTimer = async (timers: Timers, name: string, incoming: IncomingMessage) => {
  const body: unknown = await json(incoming).catch(() => ({}))
  const asked = fireSchema.safeParse(body)
  if (!asked.success) return 400
  const hasSucceeded = await timers.fire(name, asked.data.isPastDue)
  if (hasSucceeded === undefined) return 404
  return hasSucceeded ? 204 : 500
}
