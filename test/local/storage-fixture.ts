import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setDefaultCACertificates } from 'node:tls'
import { TableClient } from '@azure/data-tables'
import { certificatesIn } from '../../local/kit/certificates.ts'
import { startStorage } from '../../local/storage/storage.ts'
import { createIssuer, credentialOf } from './bearer-tokens.ts'

/** A folder for Azurite's state, and what starts and asks a storage on it. */
export const storageFixture = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'storage-'))
  const certFiles = await certificatesIn(folder)
  setDefaultCACertificates([certFiles.ca])
  const issuer = await createIssuer()
  const stateFolder = join(folder, 'azurite')
  const said: string[] = []
  const start = (ports = { tables: 0, queues: 0, blobs: 0 }) =>
    startStorage({ certFiles, stateFolder, ports, say: (line) => said.push(line) })
  const credential = credentialOf(issuer, 'broker-id')
  const tableOf = (address: string, name: string) =>
    new TableClient(address, name, credential, { retryOptions: { maxRetries: 0 } })
  const authorization = async (aud = 'https://storage.azure.com') =>
    `Bearer ${await issuer.issue({ aud })}`
  const remove = () => rmSync(folder, { recursive: true, force: true })
  return { folder, stateFolder, certFiles, said, start, tableOf, authorization, remove }
}
