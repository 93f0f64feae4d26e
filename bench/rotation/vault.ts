import {
  constants,
  generateKeyPairSync,
  privateDecrypt,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import { openSealed, sealedWith } from '../../shared/azure/vault/jwe.ts'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import type { SealedTokens, SealToken, UnsealToken } from '../../shared/broker/sealed-token.ts'
import type { Clock } from './clock.ts'
import { kid } from './grants-table.ts'
import { slidingLimit } from './limit.ts'
import { indexOf, indexOfSecret } from './partners.ts'

/** Azure Key Vault's limits for one vault, in any ten seconds. */
export const vaultLimits = { writes: 300, others: 4_000, windowMs: 10_000 }

const typicalMs = { write: 60, read: 20, unwrap: 30 }

type VaultWorld = {
  clock: Clock
  delayOf: (typicalMs: number) => number
  count: number
  /** Whether the tokens of this partner are sealed for real. */
  isReal: (index: number) => boolean
}

/** A vault that refuses what exceeds its limits, keeping the last two versions of each secret. */
export const limitedVault = ({ clock, delayOf, count, isReal }: VaultWorld) => {
  const latest = new Uint32Array(count).map((_none, index) => index + 1)
  const before = new Uint32Array(count)
  const real = new Map<string, string>()
  const seen = { writes: 0, refused: 0, firstWriteAt: 0, lastWriteAt: 0 }
  const writes = slidingLimit(vaultLimits.writes, vaultLimits.windowMs)
  const others = slidingLimit(vaultLimits.others, vaultLimits.windowMs)
  const key = rsaKey()
  let versions = count
  const call = async <T>(kind: keyof typeof typicalMs, run: () => T): Promise<T> => {
    await clock.wait(delayOf(typicalMs[kind] / 2))
    if (!(kind === 'write' ? writes : others)(clock.now())) {
      seen.refused++
      throw refused()
    }
    const result = run()
    await clock.wait(delayOf(typicalMs[kind] / 2))
    return result
  }
  const store = (index: number, sealed: string): string => {
    real.delete(`${index}/${before[index]}`)
    before[index] = latest[index] ?? 0
    latest[index] = ++versions
    if (isReal(index)) real.set(`${index}/${versions}`, sealed)
    seen.writes++
    seen.firstWriteAt ||= clock.now()
    seen.lastWriteAt = clock.now()
    return String(versions)
  }
  const sealedTokens: SealedTokens = {
    write: (name, sealed) => call('write', () => store(indexOfSecret(name), sealed)),
    read: (name, version) =>
      call('read', () => {
        const index = indexOfSecret(name)
        const isThere = [latest[index], before[index]].includes(Number(version))
        return isThere ? (real.get(`${index}/${version}`) ?? stubOf(index)) : undefined
      }),
    remove: () => call('read', () => undefined),
  }
  const seal: SealToken = async (token, context) => {
    const isStub = !isReal(indexOf(context.partner))
    if (isStub) return { sealed: stubOf(indexOf(context.partner)), kid }
    return { sealed: await clock.working(sealedWith(key.jwk, token, { ...context, kid })), kid }
  }
  const unseal: UnsealToken = async (sealed, context) => {
    if (sealed.startsWith(stubMark)) return call('unwrap', () => tokenOf(sealed))
    return openSealed((_kid, wrapped) => call('unwrap', () => unwrap(key.private, wrapped)), sealed, context)
  }
  /** Puts the first version of a token that is sealed for real where its row says it is. */
  const seed = async (index: number, token: string, partner: string, app: string) => {
    const context = { app, partner, generation: 1, kid }
    real.set(`${index}/${index + 1}`, await sealedWith(key.jwk, token, context))
  }
  return { sealedTokens, seal, unseal, seed, seen, latest }
}

const stubMark = 'stub.'
// As long as a refresh token is when sealed.
const padding = 'x'.repeat(1_800)
const stubOf = (index: number): string => `${stubMark}${index}.${padding}`
const tokenOf = (sealed: string): string => sealed.slice(stubMark.length)

const rsaKey = (): { private: KeyObject; jwk: JsonWebKey } => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { private: pair.privateKey, jwk: pair.publicKey.export({ format: 'jwk' }) }
}

const unwrap = (key: KeyObject, wrapped: Buffer): Uint8Array =>
  privateDecrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    wrapped,
  )

const refused = () =>
  new BrokerError('throttled', 'Key Vault is throttling. Try again shortly', {
    reason: 'vault_429',
  })
