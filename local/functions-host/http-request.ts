import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { RouteMatch } from './route-template.ts'
import type { HttpData } from './rpc.ts'

/** The real host's limit. */
export const bodyLimitBytes = 104_857_600

/** What the host sends to the worker for one HTTP request. */
export const toHttpData = async (
  incoming: IncomingMessage,
  url: URL,
  params: RouteMatch,
): Promise<HttpData> => {
  const body = await readBody(incoming)
  return {
    method: incoming.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(headersOf(incoming)),
    nullableParams: nullable(params),
    nullableQuery: nullable(joinedQuery(url.searchParams)),
    ...(body && { body: { bytes: body } }),
  }
}

// As in Azure a body counts only when its length was announced: a chunked one arrives empty.
const readBody = async (incoming: IncomingMessage): Promise<Buffer | undefined> => {
  if (Number(incoming.headers['content-length'] ?? 0) > 0) return buffer(incoming)
  incoming.resume()
  return undefined
}

const headersOf = (incoming: IncomingMessage): Record<string, string> => {
  const headers = Object.fromEntries(
    Object.entries(incoming.headersDistinct).map(([name, values = []]) => [name, values.join(',')]),
  )
  const { remoteAddress = '127.0.0.1', remotePort = 0 } = incoming.socket
  const peer = `${remoteAddress.replace(/^::ffff:/, '')}:${remotePort}`
  const forwarded = headers['x-forwarded-for']
  return {
    ...headers,
    // The platform's front end appends to whatever the client sent, which proves nothing.
    'x-forwarded-for': forwarded ? `${forwarded}, ${peer}` : peer,
    'x-forwarded-proto': 'https',
  }
}

/** Values of one name, whatever its case, become one value with commas between. */
const joinedQuery = (query: URLSearchParams): Record<string, string> => {
  const joined = new Map<string, { name: string; values: string[] }>()
  for (const [name, value] of query) {
    const known = joined.get(name.toLowerCase())
    if (known) known.values.push(value)
    else joined.set(name.toLowerCase(), { name, values: [value] })
  }
  return Object.fromEntries(
    [...joined.values()].map(({ name, values }) => [name, values.join(',')]),
  )
}

const nullable = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]))
