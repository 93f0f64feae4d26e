import { addKeyVersion, type KeyBits, type KeyOps } from './key-versions.ts'
import { kidOf } from './keys.ts'
import { addSecretVersion } from './secrets.ts'
import type { VaultState } from './state.ts'

/** What the operator and the deployment do in Azure, past the vault's access control. */
export type VaultOperator = {
  /** Makes the RSA key when it is absent, and returns the identifier of its latest version. */
  ensureKey: (name: string, ops: KeyOps, bits?: KeyBits) => Promise<string>
  /** Adds a version to a key that exists and returns its identifier. */
  addKeyVersion: (name: string) => Promise<string>
  putSecret: (name: string, value: string) => Promise<void>
  /** Names of the secrets that are not deleted. */
  secretNames: () => string[]
}

/** The operator of the vault at `origin`. */
export const operatorOf = ({ keys, secrets, save }: VaultState, origin: string): VaultOperator => {
  const latest = (name: string) => keys.get(name.toLowerCase())?.versions.at(-1)
  return {
    ensureKey: async (name, ops, bits) => {
      const version =
        latest(name) ?? (await addKeyVersion(keys, name, { key_ops: ops, key_size: bits }))
      await save()
      return kidOf({ origin, name }, version)
    },
    addKeyVersion: async (name) => {
      if (!latest(name)) throw new Error(`the vault holds no key ${name}`)
      const version = await addKeyVersion(keys, name, {})
      await save()
      return kidOf({ origin, name }, version)
    },
    putSecret: async (name, value) => {
      const version = addSecretVersion(secrets, name, { value })
      if (!version) throw new Error(`the secret ${name} is deleted and still takes its name`)
      await save()
    },
    secretNames: () =>
      [...secrets.values()].flatMap(({ name, deletedAt }) => (deletedAt === undefined ? name : [])),
  }
}
