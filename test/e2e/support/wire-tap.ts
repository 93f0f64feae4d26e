import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { IncomingMessage, ServerResponse } from 'node:http'

/** One request to a server of this process, with nothing hashed or hidden. */
export type Tapped = {
  method: string
  /** Path and query as they were sent. */
  url: string
  headers: IncomingMessage['headers']
  body: string
  status: number
  answer: string
}

const channel = 'http.server.request.start'

/** Listens to every HTTP server of this process until `stop`: with an own stack, to all local parts. */
export const tapServers = (): { tapped: Tapped[]; stop: () => void } => {
  const tapped: Tapped[] = []
  const onRequest = (message: unknown): void => {
    const { request, response } = Object(message)
    if (request instanceof IncomingMessage && response instanceof ServerResponse) {
      tapped.push(tap(request, response))
    }
  }
  subscribe(channel, onRequest)
  return { tapped, stop: () => void unsubscribe(channel, onRequest) }
}

const tap = (request: IncomingMessage, response: ServerResponse): Tapped => {
  const { method = '', url = '', headers } = request
  const one: Tapped = { method, url, headers, body: '', status: 0, answer: '' }
  request.on('data', (chunk: Buffer) => {
    one.body += chunk.toString('utf8')
  })
  const end = response.end.bind(response)
  // The local parts send each answer whole, by one call.
  Object.assign(response, {
    end: (chunk: unknown, ...rest: unknown[]) => {
      one.status = response.statusCode
      if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) one.answer = chunk.toString('utf8')
      return Reflect.apply(end, response, [chunk, ...rest])
    },
  })
  return one
}
