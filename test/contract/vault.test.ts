import { afterAll, beforeAll } from 'vitest'
import { openVaultDoors, type VaultDoors } from '../azure/vault-doors.ts'
import { inMemoryVault } from '../broker/in-memory-vault.ts'
import { vaultContract, type VaultSubject } from './vault.ts'

let doors: VaultDoors
let local: VaultSubject
beforeAll(async () => {
  doors = await openVaultDoors()
  local = { ...doors.secrets(), ...doors.sealing(), rotateKey: doors.rotate }
})
afterAll(() => doors.stop())

const inMemory = inMemoryVault()

vaultContract('the local Key Vault', () => local)
vaultContract('a vault in memory', () => inMemory)
