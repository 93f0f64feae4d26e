import { createServer } from 'node:net'
import type { Certificates } from '../kit/certificates.ts'
import { startPart, type LocalPart, type LocalRequest } from '../kit/part.ts'
import { listenOnFreePort } from '../kit/ports.ts'
import { startAzurite, type Azurite } from './azurite.ts'
import { createDoor } from './door.ts'
import { mendDatabases } from './mend.ts'
import { queueNameOf, tableNameOf } from './resource-names.ts'

export type StorageOptions = {
  certFiles: Pick<Certificates, 'ca' | 'cert' | 'key' | 'certFile' | 'keyFile'>
  stateFolder: string
  /** First ports to try; 0 means any. */
  ports: { tables: number; queues: number; blobs: number }
  /** Takes the lines that tell what was mended; the console without it. */
  say?: (line: string) => void
}

export type LocalStorage = {
  /** Addresses of the account's services, through the doors for tables and queues. */
  tables: string
  queues: string
  blobs: string
  /** For Azurite itself, past the doors, with the account's key. */
  connectionString: string
  tablesPart: LocalPart
  queuesPart: LocalPart
  close: () => Promise<void>
}

const account = 'devstoreaccount1'
// Published by Microsoft for every emulator: no secret.
const accountKey =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

/** Azurite with its state on the disk, and a door with the test controls for tables and queues. */
export const startStorage = async (options: StorageOptions): Promise<LocalStorage> => {
  const { certFiles, stateFolder, ports } = options
  mendDatabases(stateFolder, options.say ?? console.log)
  const blobPort = await freePort(ports.blobs)
  const azurite = await startAzurite({ ...certFiles, stateFolder, blobPort })
  try {
    return await withDoors(azurite, options)
  } catch (error) {
    await azurite.stop()
    throw error
  }
}

const withDoors = async (azurite: Azurite, options: StorageOptions): Promise<LocalStorage> => {
  const openDoor = doorsOf(azurite, options.certFiles)
  const tablesPart = await openDoor('table', options.ports.tables, tableNameOf)
  const queuesPart = await openDoor('queue', options.ports.queues, queueNameOf)
  return {
    tables: `${tablesPart.address}/${account}`,
    queues: `${queuesPart.address}/${account}`,
    blobs: endpointOf(azurite.ports.blob),
    connectionString: connectionStringOf(azurite),
    tablesPart,
    queuesPart,
    close: async () => {
      await Promise.all([tablesPart.close(), queuesPart.close()])
      await azurite.stop()
    },
  }
}

// Azurite cannot look for the next free port itself.
const freePort = async (first: number): Promise<number> => {
  const server = createServer()
  const port = await listenOnFreePort(server, first)
  await new Promise((resolve) => server.close(resolve))
  return port
}

const doorsOf =
  (azurite: Azurite, { ca, cert, key }: StorageOptions['certFiles']) =>
  async (
    service: 'table' | 'queue',
    port: number,
    nameOf: (request: LocalRequest) => string | undefined,
  ): Promise<LocalPart> => {
    const door = createDoor({ port: azurite.ports[service], ca })
    const part = await startPart({
      host: 'localhost',
      port,
      tls: { cert, key },
      answer: (request) => {
        if (azurite.isRunning()) return door.forward(request)
        return { status: 503, body: `Azurite has stopped; it said:\n${azurite.output()}` }
      },
      facts: (request) => {
        const name = nameOf(request)
        return name === undefined ? {} : { [service]: name }
      },
    })
    const close = async () => {
      await part.close()
      door.close()
    }
    return { ...part, close }
  }

const endpointOf = (port: number) => `https://127.0.0.1:${port}/${account}`

const connectionStringOf = ({ ports }: Azurite): string =>
  [
    'DefaultEndpointsProtocol=https',
    `AccountName=${account}`,
    `AccountKey=${accountKey}`,
    `BlobEndpoint=${endpointOf(ports.blob)}`,
    `QueueEndpoint=${endpointOf(ports.queue)}`,
    `TableEndpoint=${endpointOf(ports.table)}`,
  ].join(';')
