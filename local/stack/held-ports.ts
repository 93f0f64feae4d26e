import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { listenOnFreePort } from '../kit/ports.ts'

export const partNames = [
  'onboarding',
  'broker',
  'entra',
  'vault',
  'partnerCenter',
  'graph',
  'arm',
  'tables',
  'queues',
  'blobs',
] as const

export type PartName = (typeof partNames)[number]

export type HeldPort = {
  port: number
  /** Frees the port for the part that is about to listen on it. */
  release: () => Promise<number>
}

export type HeldPorts = Record<PartName, HeldPort>

/** Where the block of ports begins unless told otherwise. */
export const defaultPortBase = 7071

/**
 * Keeps one port per part, so that addresses can be written down before the parts start. A taken
 * port moves to the next free one behind the whole block, so that the other parts keep theirs.
 * @param portBase first port of the block; 0 takes any free ports
 */
export const holdPorts = async (
  portBase: number,
  say: (line: string) => void,
): Promise<HeldPorts> => {
  const wanted = (index: number) => (portBase === 0 ? 0 : portBase + index)
  const held = new Map<PartName, HeldPort>()
  const moved: [PartName, number][] = []
  for (const [index, name] of partNames.entries()) {
    const port = await tryHold(wanted(index))
    if (port) held.set(name, port)
    else moved.push([name, wanted(index)])
  }
  for (const [name, taken] of moved) {
    const port = await holdPort(portBase + partNames.length)
    say(`Port ${taken} is in use: ${name} is on ${port.port} this time.`)
    held.set(name, port)
  }
  return complete(held)
}

const tryHold = async (port: number): Promise<HeldPort | undefined> => {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return heldPort(server)
  } catch {
    return undefined
  }
}

/** Keeps that port, or the next free one above it; 0 takes any. */
export const holdPort = async (first: number): Promise<HeldPort> => {
  const server = createServer()
  await listenOnFreePort(server, first)
  return heldPort(server)
}

const heldPort = (server: Server): HeldPort => {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    port,
    release: () => new Promise((resolve) => void server.close(() => resolve(port))),
  }
}

const complete = (held: Map<PartName, HeldPort>): HeldPorts => {
  const of = (name: PartName): HeldPort => {
    const port = held.get(name)
    if (!port) throw new Error(`no port for ${name}`)
    return port
  }
  return {
    onboarding: of('onboarding'),
    broker: of('broker'),
    entra: of('entra'),
    vault: of('vault'),
    partnerCenter: of('partnerCenter'),
    graph: of('graph'),
    arm: of('arm'),
    tables: of('tables'),
    queues: of('queues'),
    blobs: of('blobs'),
  }
}
