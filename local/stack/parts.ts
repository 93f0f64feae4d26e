import { join } from 'node:path'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { startApis, type LocalApis } from '../apis/apis.ts'
import type { VerifyBearer } from '../apis/bearer.ts'
import type { Directory } from '../directory.ts'
import { startEntra, type LocalEntra } from '../entra/entra.ts'
import { startIdentityEndpoint, type IdentityEndpoint } from '../identity/identity-endpoint.ts'
import type { Certificates } from '../kit/certificates.ts'
import { startStorage, type LocalStorage } from '../storage/storage.ts'
import { startVault, type LocalVault } from '../vault/vault.ts'
import { identityOf } from './identity-of.ts'
import type { HeldPorts } from './held-ports.ts'
import type { Teardown } from './teardown.ts'
import { vaultAccess } from './vault-access.ts'

export type PartsOptions = {
  stateFolder: string
  certificates: Certificates
  ports: HeldPorts
  directory: Directory
  teardown: Teardown
  say: (line: string) => void
}

/** The outside world of the two apps, on loopback. */
export type Parts = {
  entra: LocalEntra
  vault: LocalVault
  apis: LocalApis
  storage: LocalStorage
  identities: Record<'onboarding' | 'broker', IdentityEndpoint>
}

/** Starts every part but the apps, side by side where they can. */
export const startParts = async (options: PartsOptions): Promise<Parts> => {
  const [storage, others] = await Promise.all([startTheStorage(options), startWithEntra(options)])
  return { storage, ...others }
}

const startTheStorage = async (options: PartsOptions): Promise<LocalStorage> => {
  const [tables, queues, blobs] = await Promise.all([
    options.ports.tables.release(),
    options.ports.queues.release(),
    options.ports.blobs.release(),
  ])
  const storage = await startStorage({
    certFiles: options.certificates,
    stateFolder: join(options.stateFolder, 'azurite'),
    ports: { tables, queues, blobs },
    say: options.say,
  })
  options.teardown.add(storage.close)
  return storage
}

const startWithEntra = async (options: PartsOptions): Promise<Omit<Parts, 'storage'>> => {
  const { certificates: tls, ports, directory, stateFolder, teardown } = options
  const entra = await startEntra({
    tls,
    port: await ports.entra.release(),
    directory,
    stateFolder: join(stateFolder, 'entra'),
  })
  teardown.add(entra.close)
  const [vault, apis, onboarding, broker] = await Promise.all([
    startTheVault(options, entra),
    startTheApis(options, entra),
    startIdentityEndpoint({ entra, identity: identityOf(directory, 'onboarding') }),
    startIdentityEndpoint({ entra, identity: identityOf(directory, 'broker') }),
  ])
  for (const part of [vault, apis, onboarding, broker]) teardown.add(part.close)
  return { entra, vault, apis, identities: { onboarding, broker } }
}

const startTheVault = async (options: PartsOptions, entra: LocalEntra): Promise<LocalVault> =>
  startVault({
    tls: options.certificates,
    host: 'localhost',
    port: await options.ports.vault.release(),
    authority: `${entra.address}/${options.directory.operatorTenant}`,
    verifyBearer: verifyBearer(entra),
    access: vaultAccess(options.directory),
    stateFile: join(options.stateFolder, 'vault.json'),
    say: options.say,
  })

const startTheApis = async (options: PartsOptions, entra: LocalEntra): Promise<LocalApis> => {
  const [partnerCenter, graph, arm] = await Promise.all([
    options.ports.partnerCenter.release(),
    options.ports.graph.release(),
    options.ports.arm.release(),
  ])
  return startApis({
    tls: options.certificates,
    ports: { partnerCenter, graph, arm },
    verifyBearer: verifyBearer(entra),
    directory: options.directory,
  })
}

const verifyBearer = (entra: LocalEntra): VerifyBearer => {
  const keys = createLocalJWKSet(entra.jwks())
  return async (token) => (await jwtVerify(token, keys, { algorithms: ['RS256'] })).payload
}
