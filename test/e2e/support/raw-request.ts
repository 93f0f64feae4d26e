import { Agent, request as httpsRequest } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** A request that is sent letter by letter, where `fetch` would mend it. */
export type RawRequest = {
  method?: string
  /** Sent as it is: neither dots nor slashes nor escapes are resolved. */
  path: string
  /** A list sends the header so many times. */
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  /** The body in chunks, its length not announced. */
  chunked?: true
}

export type RawAnswer = {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 })

/** Sends a request exactly as told; follows nothing. */
export const rawRequest = async (origin: string, request: RawRequest): Promise<RawAnswer> => {
  const incoming = await sent(origin, request)
  const { statusCode = 0, headers } = incoming
  return { status: statusCode, headers, text: (await buffer(incoming)).toString('utf8') }
}

const sent = (origin: string, request: RawRequest): Promise<IncomingMessage> => {
  const { method = 'GET', path, headers = {}, body, chunked } = request
  const { hostname, port } = new URL(origin)
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest({
      agent,
      hostname,
      // Otherwise TLS would ask for the forged Host.
      servername: hostname,
      port,
      method,
      path,
      setHost: headers['host'] === undefined,
      headers: { ...(chunked ? { 'transfer-encoding': 'chunked' } : length), ...headers },
    })
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

/** The JSON object of an answer; an empty one where there is none. */
export const jsonOf = ({ text }: RawAnswer): Record<string, unknown> => {
  const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : {}
  return Object(parsed)
}
