import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { text } from 'node:stream/consumers'
import { listenOnFreePort } from '../../../local/kit/ports.ts'

export type Received = { path: string; headers: IncomingHttpHeaders; body: string; at: number }

/** What a receiver answers; without one 204. */
export type Answers = (received: Received) => {
  status: number
  headers?: Record<string, string>
  /** Answers only then. */
  after?: Promise<void>
}

export type Receiver = {
  origin: string
  received: Received[]
  /** Changes what it answers from now on. */
  answer: (answers: Answers) => void
  close: () => Promise<void>
}

/** A receiver of webhooks on loopback; TLS with a certificate, plain without. */
export const startReceiver = async (tls?: { cert: string; key: string }): Promise<Receiver> => {
  const received: Received[] = []
  let answers: Answers = () => ({ status: 204 })
  const answered = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url: path = '' } = request
    const one = { path, headers: request.headers, body: await text(request), at: Date.now() }
    received.push(one)
    const { status, headers, after } = answers(one)
    await after
    response.writeHead(status, headers).end()
  }
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    void answered(request, response)
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  const port = await listenOnFreePort(server, 0)
  return {
    origin: `${tls ? 'https' : 'http'}://localhost:${port}`,
    received,
    answer: (changed) => {
      answers = changed
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
