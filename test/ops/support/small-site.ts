import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttps, type ServerOptions } from 'node:https'
import { createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** What a site answers to one path. */
export type Said = { status: number; headers?: Record<string, string>; body?: string }

/** What a site answers, given the path and its own address; undefined is a 404. */
export type Answers = (path: string, address: string) => Said | undefined

export type SmallSite = { address: string; stop: () => Promise<void> }

type Opened = {
  answers: Answers
  tls: ServerOptions
  /** What plain HTTP at the same port is told; without it that port speaks only TLS. */
  plain?: Said
}

const tlsRecord = 0x16

/** A site on loopback, which may be as wrong as a test wants. */
export const openSmallSite = async ({ answers, tls, plain }: Opened): Promise<SmallSite> => {
  let address = ''
  const secure = createHttps(tls, (incoming, outgoing) => {
    const path = new URL(incoming.url ?? '/', 'https://site').pathname
    send(incoming, outgoing, answers(path, address) ?? { status: 404 })
  })
  const open = createHttp((incoming, outgoing) =>
    send(incoming, outgoing, plain ?? { status: 404 }),
  )
  const sockets = new Set<Socket>()
  const front = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket))
    socket.once('data', (first) => {
      socket.pause()
      const isTls = first[0] === tlsRecord
      if (!isTls && !plain) return socket.destroy()
      socket.unshift(first)
      ;(isTls ? secure : open).emit('connection', socket)
      return process.nextTick(() => socket.resume())
    })
  })
  address = `https://localhost:${await listening(front)}`
  return {
    address,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      front.close()
      await once(front, 'close')
    },
  }
}

const listening = async (server: Server): Promise<number> => {
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const address: AddressInfo | string | null = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return address.port
}

const send = (incoming: IncomingMessage, outgoing: ServerResponse, said: Said): void => {
  incoming.resume()
  outgoing.writeHead(said.status, { connection: 'close', ...said.headers }).end(said.body)
}
