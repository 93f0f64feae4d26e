import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type {
  SealContext,
  SealedTokens,
  SealToken,
  UnsealToken,
} from '../../shared/broker/sealed-token.ts'

export type VaultSubject = {
  sealedTokens: SealedTokens
  seal: SealToken
  unseal: UnsealToken
  /** Makes a new version of the key, with which is sealed from then on. */
  rotateKey: () => Promise<unknown> | void
}

/** What every vault does. Secrets of other tests may lie in the same one. */
export const vaultContract = (name: string, subject: () => VaultSubject): void => {
  describe(name, () => {
    secrets(subject)
    deletions(subject)
    seals(subject)
  })
}

const secrets = (subject: () => VaultSubject): void => {
  it('reads exactly the version that was written, beside those before', async () => {
    const { write, read } = subject().sealedTokens
    const key = randomUUID()
    const [first, second] = [await write(key, 'one'), await write(key, 'two')]
    expect(first).not.toBe(second)
    expect([await read(key, first), await read(key, second)]).toEqual(['one', 'two'])
  })

  it('keeps every one of many racing writes as a version of its own', async () => {
    const { write, read } = subject().sealedTokens
    const key = randomUUID()
    const texts = Array.from({ length: 8 }, (_none, index) => `text ${index}`)
    const versions = await Promise.all(texts.map((text) => write(key, text)))
    expect(await Promise.all(versions.map((version) => read(key, version)))).toEqual(texts)
  })

  it('reads as undefined what is not there', async () => {
    const { write, read } = subject().sealedTokens
    const [key, other] = [randomUUID(), randomUUID()]
    const version = await write(key, 'one')
    expect(await read(other, version)).toBeUndefined()
    expect(await read(key, '0'.repeat(32))).toBeUndefined()
  })
}

const deletions = (subject: () => VaultSubject): void => {
  it('removes all versions of a secret and no other one, and may be asked again', async () => {
    const { write, read, remove } = subject().sealedTokens
    const [key, other] = [randomUUID(), randomUUID()]
    const versions = [await write(key, 'one'), await write(key, 'two')]
    const kept = await write(other, 'kept')
    await remove(key)
    await remove(key)
    await remove(randomUUID())
    for (const version of versions) expect(await read(key, version)).toBeUndefined()
    expect(await read(other, kept)).toBe('kept')
  })

  it('gives the name of a removed secret to nobody', async () => {
    const { write, remove } = subject().sealedTokens
    const key = randomUUID()
    await write(key, 'one')
    await remove(key)
    await expect(write(key, 'two')).rejects.toMatchObject({
      code: 'upstream_unavailable',
      detail: { reason: 'vault_409' },
    })
  })
}

const seals = (subject: () => VaultSubject): void => {
  const context = { app: 'app', partner: 'partner', generation: 1 }

  it('opens what it sealed, for that grant and that version of the key alone', async () => {
    const { seal, unseal } = subject()
    const { sealed, kid } = await seal('token', context)
    expect(await unseal(sealed, { ...context, kid })).toBe('token')
    const others: Partial<SealContext>[] = [{ app: 'x' }, { partner: 'x' }, { generation: 2 }]
    for (const other of [...others, { kid: `seal/${'0'.repeat(32)}` }]) {
      await expect(unseal(sealed, { ...context, kid, ...other })).rejects.toMatchObject({
        code: 'internal',
        detail: { reason: 'seal_mismatch' },
      })
    }
  })

  it('opens what an earlier version of the key sealed', async () => {
    const { seal, unseal, rotateKey } = subject()
    const before = await seal('token', context)
    await rotateKey()
    expect(await unseal(before.sealed, { ...context, kid: before.kid })).toBe('token')
  })
}
