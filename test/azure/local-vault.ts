import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { generate } from 'selfsigned'
import * as z from 'zod'
import { certificatesIn } from '../../local/kit/certificates.ts'
import { startVault } from '../../local/vault/vault.ts'
import { createIssuer, credentialOf, tenant } from '../local/bearer-tokens.ts'

const stateSchema = z.object({
  keys: z.array(
    z.object({
      name: z.string(),
      versions: z.array(z.object({ jwk: z.record(z.string(), z.string()) })),
    }),
  ),
})

/**
 * A local Key Vault with one identity, the broker's, that may do these things and nothing else. Parts
 * that one test asks share a certificate authority: two would bear the same name.
 */
export const startBrokerVault = async (actions: string, tlsFolder?: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'broker-vault-'))
  const stateFile = join(folder, 'vault.json')
  const certificates = await certificatesIn(tlsFolder ?? folder)
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificates.ca])
  const issuer = await createIssuer()
  const part = await startVault({
    tls: certificates,
    port: 0,
    host: 'localhost',
    authority: `https://127.0.0.1:7073/${tenant}`,
    verifyBearer: issuer.verifyBearer,
    access: [
      {
        principalId: 'broker',
        name: 'broker',
        actions: actions.split(' ').map((action) => `Microsoft.KeyVault/vaults/${action}`),
      },
    ],
    stateFile,
    say: () => {},
  })
  return {
    part,
    vault: { url: part.address, credential: credentialOf(issuer, 'broker') },
    /** What a certificate authority makes for the newest version of a key: the public certificate. */
    certify: async (keyName: string): Promise<string> => {
      const { keys } = stateSchema.parse(JSON.parse(readFileSync(stateFile, 'utf8')))
      const jwk = keys.find(({ name }) => name === keyName)?.versions.at(-1)?.jwk ?? {}
      const key = createPrivateKey({ key: jwk, format: 'jwk' })
      const made = await generate([{ name: 'commonName', value: 'application' }], {
        keyPair: {
          privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
          publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
        },
      })
      return made.cert
    },
    stop: async () => {
      await part.close()
      rmSync(folder, { recursive: true })
    },
  }
}
