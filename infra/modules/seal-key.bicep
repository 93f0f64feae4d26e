@description('Vault in which the key lies.')
@minLength(3)
@maxLength(24)
param vaultName string

@description('Name of the key that seals refresh tokens.')
param keyName string

@description('Size of the key in bits. Larger is slower: a vault unwraps 4,000 times in 10 seconds with 2048, 1,000 with 3072, 500 with 4096.')
@allowed([2048, 3072, 4096])
param keySize int

@description('RSA: in software; RSA-HSM: in hardware (premium vault).')
@allowed(['RSA', 'RSA-HSM'])
param keyType string

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: vaultName
}

// Deploying again leaves an existing key and its versions alone: this request makes the first
// version of a missing key and does nothing else. So a change here does not reach a key that exists.
// Versions never expire: a sealed token must open as long as a row names its version.
resource sealKey 'Microsoft.KeyVault/vaults/keys@2026-02-01' = {
  parent: vault
  name: keyName
  properties: {
    kty: keyType
    keySize: keySize
    keyOps: ['wrapKey', 'unwrapKey']
    attributes: { enabled: true, exportable: false }
    rotationPolicy: {
      lifetimeActions: [{ action: { type: 'rotate' }, trigger: { timeAfterCreate: 'P1Y' } }]
    }
  }
}
