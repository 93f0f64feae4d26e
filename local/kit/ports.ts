import type { Server } from 'node:net'

/** Listens on 127.0.0.1 at `first`, or at the next free port above it; 0 takes any free port. */
export const listenOnFreePort = async (server: Server, first: number): Promise<number> => {
  const last = first === 0 ? 0 : Math.min(first + 200, 65_535)
  for (let port = first; port <= last; port++) {
    if (await listens(server, port)) return boundPort(server)
  }
  throw new Error(`no free port between ${first} and ${last}`)
}

const listens = (server: Server, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error)
    server.once('error', onError)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', onError)
      resolve(true)
    })
  })

const boundPort = (server: Server): number => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}
