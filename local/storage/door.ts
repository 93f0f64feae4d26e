import { Agent, request as httpsRequest } from 'node:https'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { LocalAnswer, LocalRequest } from '../kit/part.ts'

// RFC 9110, section 7.6.1: about one connection, not about the message.
const connectionHeaders = [
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
// The door says these anew: it is another host, and it has read the whole body.
const replacedHeaders = ['host', 'expect', 'content-length', ...connectionHeaders]
const idleConnectionMs = 60_000

/** Hands requests to one service of Azurite as they came, and its answers back. */
export const createDoor = ({ port, ca }: { port: number; ca: string }) => {
  const agent = new Agent({
    keepAlive: true,
    timeout: idleConnectionMs,
    ca,
    host: '127.0.0.1',
    port,
  })
  return {
    forward: async (request: LocalRequest): Promise<LocalAnswer> => {
      const incoming = await exchange(agent, request)
      const headers = without(incoming.headers, connectionHeaders)
      return { status: incoming.statusCode ?? 502, headers, body: await buffer(incoming) }
    },
    close: () => agent.destroy(),
  }
}

const exchange = (agent: Agent, { method, url, headers, body }: LocalRequest) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const hasBody = 'content-length' in headers || 'transfer-encoding' in headers
    const outgoing = httpsRequest({
      agent,
      method,
      path: url.pathname + url.search,
      headers: {
        ...without(headers, replacedHeaders),
        ...(hasBody && { 'content-length': body.length }),
      },
    })
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
    outgoing.end(body)
  })

const without = (
  headers: IncomingHttpHeaders,
  names: string[],
): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || names.includes(name) ? [] : [[name, value]],
    ),
  )
