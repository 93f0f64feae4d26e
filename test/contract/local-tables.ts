import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import type { TokenCredential } from '@azure/identity'
import { certificatesIn } from '../../local/kit/certificates.ts'
import type { LocalPart } from '../../local/kit/part.ts'
import { startStorage } from '../../local/storage/storage.ts'
import { createIssuer, credentialOf } from '../local/bearer-tokens.ts'

/** Azurite's tables (TLS, `--oauth basic`) behind the door that loses, delays and counts requests. */
export type LocalTables = {
  account: { tablesUrl: string; credential: TokenCredential }
  door: LocalPart
  /** Runs a write whose first answer is lost after the write was done. */
  losingAnswer: <R>(write: () => Promise<R>) => Promise<R>
  stop: () => Promise<void>
}

export const startTables = async (): Promise<LocalTables> => {
  const folder = mkdtempSync(join(tmpdir(), 'tables-'))
  const certFiles = await certificatesIn(folder)
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certFiles.ca])
  const storage = await startStorage({
    certFiles,
    stateFolder: join(folder, 'state'),
    ports: { tables: 0, queues: 0, blobs: 0 },
  })
  const door = storage.tablesPart
  return {
    account: {
      tablesUrl: storage.tables,
      credential: credentialOf(await createIssuer(), 'broker-id'),
    },
    door,
    losingAnswer: async (write) => {
      for (const method of ['POST', 'PUT', 'DELETE']) {
        door.addFault({ match: { method }, after: true, drop: true, times: 1 })
      }
      return write().finally(door.clearFaults)
    },
    stop: async () => {
      await storage.close()
      rmSync(folder, { recursive: true })
    },
  }
}
