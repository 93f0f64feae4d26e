import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { openSealing } from '../../shared/azure/vault/sealing.ts'
import { openSecrets } from '../../shared/azure/vault/secrets.ts'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import { vaultFixture } from '../local/vault-fixture.ts'

export type VaultDoors = Awaited<ReturnType<typeof openVaultDoors>>

const keyName = 'seal'

/** The product's doors to a local Key Vault over TLS, with a key to seal with. */
export const openVaultDoors = async () => {
  const fixture = await vaultFixture()
  setDefaultCACertificates([...getCACertificates('default'), fixture.ca])
  const vault = await fixture.start()
  const keys = fixture.keysOf(vault.address)
  await keys.createRsaKey(keyName, { keySize: 2048, keyOps: ['wrapKey', 'unwrapKey'] })
  const clock = { now: Date.now() }
  const credential = {
    getToken: async (scopes: string | string[]) => ({
      token: await fixture.issue({
        oid: 'officer',
        aud: [scopes].flat()[0]?.replace(/\/\.default$/, '') ?? '',
      }),
      expiresOnTimestamp: Date.now() + 3600_000,
    }),
  }
  const url = vault.address
  const sealing = () => openSealing({ url, keyName, credential, now: () => clock.now })
  return {
    vault,
    clock,
    rotate: () => keys.rotateKey(keyName),
    /** `kid` as a sealed token names it. */
    disableKey: (kid: string) =>
      keys.updateKeyProperties(keyName, kid.split('/')[1] ?? '', { enabled: false }),
    sealing,
    /** The vault as an operator who puts secrets there. */
    secretsOf: () => fixture.secretsOf(vault.address),
    secrets: () => openSecrets({ url, credential }),
    /** What the vault was asked since `from`, but for challenges. */
    asked: (from = 0) =>
      vault
        .requests()
        .slice(from)
        .filter(({ status }) => status !== 401)
        .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{32}/, '{version}')}`),
    stop: async () => {
      await vault.close()
      fixture.remove()
    },
  }
}

/** The refusal of a call that must be refused, and that it tells nothing of the vault. */
export const refusalOf = async (call: Promise<unknown>): Promise<BrokerError> => {
  const thrown = await call.catch((error: unknown) => error)
  if (!(thrown instanceof BrokerError)) throw new Error(`no refusal: ${String(thrown)}`)
  const told = `${thrown.stack} ${JSON.stringify(thrown.detail)} ${String(thrown.cause)}`
  if (/https:\/\/localhost|canary/.test(told)) throw new Error(`it tells too much: ${told}`)
  return thrown
}
