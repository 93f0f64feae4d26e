import { vi } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import {
  protectedHeader,
  type SealContext,
  type SealedTokens,
  type SealToken,
  type UnsealToken,
} from '../../shared/broker/sealed-token.ts'

type BeforeStep = () => Promise<void> | void

/**
 * A vault in memory: versions of secrets, and a seal that opens only under its own context. A deleted
 * secret keeps its name, as in a vault with soft-delete: nothing can be written there.
 */
export const inMemoryVault = (beforeWrite: BeforeStep = () => {}, beforeRemove = beforeWrite) => {
  const secrets = new Map<string, string>()
  const deleted = new Set<string>()
  const keysOf = new Map<string, string[]>()
  const key = { version: 1 }
  let versions = 0
  const sealedTokens: SealedTokens = {
    write: async (name, sealed) => {
      await beforeWrite()
      if (deleted.has(name)) throw conflict()
      const version = String(++versions)
      secrets.set(`${name}/${version}`, sealed)
      keysOf.set(name, [...(keysOf.get(name) ?? []), `${name}/${version}`])
      return version
    },
    read: async (name, version) => secrets.get(`${name}/${version}`),
    remove: async (name) => {
      await beforeRemove()
      const held = keysOf.get(name) ?? []
      for (const one of held) secrets.delete(one)
      keysOf.delete(name)
      if (held.length > 0) deleted.add(name)
    },
  }
  const kid = () => `seal/${key.version}`
  const seal: SealToken = async (token, context) => ({
    sealed: `${headerOf({ ...context, kid: kid() })}.${token}`,
    kid: kid(),
  })
  const { write, read, remove } = sealedTokens
  return {
    secrets,
    /** Names that are taken until somebody purges them. */
    deleted,
    sealedTokens: { write: vi.fn(write), read: vi.fn(read), remove },
    seal,
    publicKey: async () => ({ kid: kid() }),
    rotateKey: () => void key.version++,
    unseal: vi.fn(unseal),
  }
}

const conflict = () =>
  new BrokerError('upstream_unavailable', 'Key Vault did not answer as it should', {
    reason: 'vault_409',
  })

const headerOf = ({ app, partner, generation, kid }: SealContext): string =>
  Buffer.from(protectedHeader({ app, partner, generation, kid })).toString('base64url')

const unseal: UnsealToken = async (sealed, context) => {
  const header = `${headerOf(context)}.`
  if (sealed.startsWith(header)) return sealed.slice(header.length)
  throw new BrokerError('internal', 'sealed for something else', { reason: 'seal_mismatch' })
}
