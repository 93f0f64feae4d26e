import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { listenOnFreePort } from './ports.ts'
import { createFaults, type Fault } from './faults.ts'
import { createRecorder, type RecordedRequest } from './requests.ts'

export type LocalRequest = {
  method: string
  url: URL
  headers: IncomingMessage['headers']
  body: Buffer
  /** Fields of an `application/x-www-form-urlencoded` body; empty for any other body. */
  form: URLSearchParams
}

export type LocalAnswer = {
  status: number
  headers?: Record<string, string | string[]>
  /** An object is sent as JSON. */
  body?: string | Buffer | object
}

export type LocalPart = {
  /** Base address without a trailing slash, such as `https://localhost:7074`. */
  address: string
  port: number
  requests: () => RecordedRequest[]
  addFault: (fault: Fault) => void
  clearFaults: () => void
  close: () => Promise<void>
}

export type LocalPartOptions = {
  /** Host name in the part's own address; the server always listens on 127.0.0.1. */
  host: 'localhost' | '127.0.0.1'
  /** First port to try; the next free one is taken. 0 means any. */
  port: number
  tls: { cert: string; key: string }
  answer: (request: LocalRequest) => Promise<LocalAnswer> | LocalAnswer
  /** Further names that a fault may match and a record shows, such as `tenant`. */
  facts?: (request: LocalRequest) => Record<string, string>
}

/** One HTTPS server on loopback with the test controls that every local part shares (`/_local/…`). */
export const startPart = async (options: LocalPartOptions): Promise<LocalPart> => {
  const faults = createFaults()
  const recorder = createRecorder()
  const answer = controlled(options, faults, recorder)
  const sockets = new Set<Socket>()
  const server = createServer(options.tls, (incoming, outgoing) => {
    void serve(incoming, outgoing, answer)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const port = await listenOnFreePort(server, options.port)
  return {
    address: `https://${options.host}:${port}`,
    port,
    requests: recorder.list,
    addFault: faults.add,
    clearFaults: faults.clear,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

type Answer = (request: LocalRequest) => Promise<LocalAnswer | 'drop'>

const controlled =
  (
    options: LocalPartOptions,
    faults: ReturnType<typeof createFaults>,
    recorder: ReturnType<typeof createRecorder>,
  ): Answer =>
  async (request) => {
    const control = faults.control(request) ?? recorder.control(request)
    if (control) return control
    const facts = options.facts?.(request) ?? {}
    const record = recorder.add(request, facts)
    const answer = await faults.apply({ request, facts }, async () => options.answer(request))
    record.status = answer === 'drop' ? 0 : answer.status
    return answer
  }

const serve = async (incoming: IncomingMessage, outgoing: ServerResponse, answer: Answer) => {
  try {
    const result = await answer(await readRequest(incoming))
    if (result === 'drop') incoming.socket.destroy()
    else send(outgoing, result)
  } catch (error) {
    send(outgoing, { status: 500, body: `local part failed: ${String(error)}` })
  }
}

const readRequest = async (incoming: IncomingMessage): Promise<LocalRequest> => {
  const body = await buffer(incoming)
  const isForm = incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', `https://${incoming.headers.host ?? 'localhost'}`),
    headers: incoming.headers,
    body,
    form: new URLSearchParams(isForm ? body.toString('utf8') : ''),
  }
}

const send = (outgoing: ServerResponse, { status, headers = {}, body }: LocalAnswer): void => {
  const isJson = typeof body === 'object' && !Buffer.isBuffer(body)
  outgoing.writeHead(status, isJson ? { 'content-type': 'application/json', ...headers } : headers)
  outgoing.end(isJson ? JSON.stringify(body) : body)
}
