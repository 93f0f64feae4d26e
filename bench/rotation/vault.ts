import { BrokerError } from '../../shared/broker/broker-error.ts'
import type { SealedTokens, SealToken, UnsealToken } from '../../shared/broker/sealed-token.ts'
import type { Clock } from './clock.ts'
import { kid } from './grants-table.ts'
import { slidingLimit } from './limit.ts'
import { indexOf, indexOfSecret } from './partners.ts'
import { isStub, openStub, realSeal, stubOf } from './seals.ts'

/** Azure Key Vault's limits for one vault: writes, and all other calls, in any ten seconds. */
const limits = { writes: 300, others: 4_000, windowMs: 10_000 }

const typicalMs = { write: 60, read: 20, unwrap: 30 }

type VaultWorld = {
  clock: Clock
  delayOf: (typicalMs: number) => number
  count: number
  /** Whether the tokens of this partner are sealed for real. */
  isReal: (index: number) => boolean
}

type CallVault = <T>(kind: keyof typeof typicalMs, run: () => T) => Promise<T>

/** A vault that refuses what exceeds its limits, and keeps the last two versions of each secret. */
export const limitedVault = (world: VaultWorld) => {
  const seen = { writes: 0, refused: 0 }
  const call = limitedCall(world, seen)
  const secrets = keptSecrets(world)
  const rsa = realSeal()
  const { clock, isReal } = world
  const sealedTokens: SealedTokens = {
    write: (name, sealed) =>
      call('write', () => {
        seen.writes++
        return secrets.write(indexOfSecret(name), sealed)
      }),
    read: (name, version) => call('read', () => secrets.read(indexOfSecret(name), version)),
    remove: () => call('read', () => undefined),
  }
  const seal: SealToken = async (token, context) => {
    const index = indexOf(context.partner)
    const sealed = isReal(index)
      ? await clock.working(rsa.seal(token, { ...context, kid }))
      : stubOf(index)
    return { sealed, kid }
  }
  const unseal: UnsealToken = async (sealed, context) =>
    isStub(sealed)
      ? call('unwrap', () => openStub(sealed))
      : rsa.open(sealed, context, (unwrap) => call('unwrap', unwrap))
  return { sealedTokens, seal, unseal, rsa, secrets, isReal, seen }
}

const limitedCall = ({ clock, delayOf }: VaultWorld, seen: { refused: number }): CallVault => {
  const writes = slidingLimit(limits.writes, limits.windowMs)
  const others = slidingLimit(limits.others, limits.windowMs)
  return async (kind, run) => {
    await clock.wait(delayOf(typicalMs[kind] / 2))
    if (!(kind === 'write' ? writes : others)(clock.now())) {
      seen.refused++
      throw refused()
    }
    const result = run()
    await clock.wait(delayOf(typicalMs[kind] / 2))
    return result
  }
}

/** The first version of each partner's secret is numbered after the partner. */
const keptSecrets = ({ count, isReal }: VaultWorld) => {
  const latest = new Uint32Array(count).map((_none, index) => index + 1)
  const before = new Uint32Array(count)
  const real = new Map<string, string>()
  let versions = count
  return {
    latest,
    seed: (index: number, sealed: string): void => void real.set(`${index}/${index + 1}`, sealed),
    write: (index: number, sealed: string): string => {
      real.delete(`${index}/${before[index]}`)
      before[index] = latest[index] ?? 0
      latest[index] = ++versions
      if (isReal(index)) real.set(`${index}/${versions}`, sealed)
      return String(versions)
    },
    read: (index: number, version: string): string | undefined => {
      const isKept = [latest[index], before[index]].includes(Number(version))
      return isKept ? (real.get(`${index}/${version}`) ?? stubOf(index)) : undefined
    },
  }
}

const refused = () =>
  new BrokerError('throttled', 'Key Vault is throttling. Try again shortly', {
    reason: 'vault_429',
  })
