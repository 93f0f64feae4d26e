import { vi } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import {
  protectedHeader,
  type SealContext,
  type SealedTokens,
  type SealToken,
  type UnsealToken,
} from '../../shared/broker/sealed-token.ts'

/** A vault in memory: versions of secrets, and a seal that opens only under its own context. */
export const inMemoryVault = (beforeWrite: () => Promise<void> | void = () => {}) => {
  const secrets = new Map<string, string>()
  let versions = 0
  const sealedTokens: SealedTokens = {
    write: async (name, sealed) => {
      await beforeWrite()
      const version = String(++versions)
      secrets.set(`${name}/${version}`, sealed)
      return version
    },
    read: async (name, version) => secrets.get(`${name}/${version}`),
    remove: async (name) => {
      for (const key of secrets.keys()) if (key.startsWith(`${name}/`)) secrets.delete(key)
    },
  }
  const kid = 'seal/1'
  const seal: SealToken = async (token, context) => ({
    sealed: `${headerOf({ ...context, kid })}.${token}`,
    kid,
  })
  const { write, read, remove } = sealedTokens
  return {
    secrets,
    sealedTokens: { write: vi.fn(write), read: vi.fn(read), remove },
    seal,
    publicKey: async () => ({ kid }),
    unseal: vi.fn(unseal),
  }
}

const headerOf = ({ app, partner, generation, kid }: SealContext): string =>
  Buffer.from(protectedHeader({ app, partner, generation, kid })).toString('base64url')

const unseal: UnsealToken = async (sealed, context) => {
  const header = `${headerOf(context)}.`
  if (sealed.startsWith(header)) return sealed.slice(header.length)
  throw new BrokerError('internal', 'sealed for something else', { reason: 'seal_mismatch' })
}
