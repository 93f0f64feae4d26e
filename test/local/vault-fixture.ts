import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KeyClient, CryptographyClient } from '@azure/keyvault-keys'
import { SecretClient } from '@azure/keyvault-secrets'
import { certificatesIn } from '../../local/kit/certificates.ts'
import type { VaultAccess } from '../../local/vault/access.ts'
import { startVault } from '../../local/vault/vault.ts'
import { createIssuer, credentialOf, tenant } from './bearer-tokens.ts'

const officerActions = [
  'secrets/getSecret/action secrets/setSecret/action secrets/delete secrets/readMetadata/action',
  'secrets/update/action secrets/recover/action secrets/purge/action',
  'keys/read keys/create/action keys/update/action keys/rotate/action',
  'keys/wrap/action keys/unwrap/action keys/sign/action keys/verify/action',
]
  .flatMap((names) => names.split(' '))
  .map((name) => `Microsoft.KeyVault/vaults/${name}`)

const access = [
  { principalId: 'officer', name: 'the officer', actions: officerActions },
  {
    principalId: 'reader',
    name: 'the reader',
    actions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action'],
  },
]

/** A local Key Vault with an officer, who may do all, and a reader of secrets. */
export const vaultFixture = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vault-'))
  const stateFile = join(folder, 'vault.json')
  const certificates = await certificatesIn(folder)
  const issuer = await createIssuer()
  const said: string[] = []
  const start = (given: VaultAccess[] = access) =>
    startVault({
      tls: certificates,
      port: 0,
      host: 'localhost',
      authority: `https://127.0.0.1:7073/${tenant}`,
      verifyBearer: issuer.verifyBearer,
      access: given,
      stateFile,
      say: (line) => said.push(line),
    })
  const options = {
    disableChallengeResourceVerification: true,
    tlsOptions: { ca: certificates.ca },
    retryOptions: { maxRetries: 0 },
  }
  return {
    stateFile,
    start,
    said,
    ca: certificates.ca,
    issue: issuer.issue,
    secretsOf: (address: string, who = 'officer') =>
      new SecretClient(address, credentialOf(issuer, who), options),
    keysOf: (address: string, who = 'officer') =>
      new KeyClient(address, credentialOf(issuer, who), options),
    cryptographyOf: (kid: string, who = 'officer') =>
      new CryptographyClient(kid, credentialOf(issuer, who), options),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
