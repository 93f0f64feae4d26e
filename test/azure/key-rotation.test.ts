import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { secretNameOf, type Grant } from '../../shared/broker/grant.ts'
import { minting } from '../../shared/broker/minting.ts'
import type { Rows } from '../../shared/broker/rows.ts'
import { inMemoryRows } from '../contract/in-memory/rows.ts'
import { sampleGrant } from '../contract/samples.ts'
import { openVaultDoors, type VaultDoors } from './vault-doors.ts'

// The real vault doors and the real rules; only Entra and the rows are in memory.

let doors: VaultDoors
beforeAll(async () => {
  doors = await openVaultDoors()
})
afterAll(() => doors.stop())

const hourMs = 3600_000
const resource = 'https://graph.microsoft.com'

let grants: Rows<Grant>
let partner: string
let redeemed: string[]
const alarm = vi.fn()

/** An instance of the broker, with what it knows of the newest key. */
const instance = (given: Partial<Parameters<typeof minting>[0]> = {}) => {
  const mint = minting({
    ...doors.sealing(),
    sealedTokens: doors.secrets().sealedTokens,
    takeSpareSlot: async () => true,
    holdOff: async () => {},
    rotateOverdue: async () => {},
    grants,
    redeem: async ({ refreshToken, partner: tenant }) => {
      redeemed.push(refreshToken)
      const account = { objectId: (await grantNow()).consentedBy, tenant }
      const at = doors.clock.now
      return {
        redeemed: {
          accessToken: 'at',
          expiresInSeconds: 3600,
          scope: '',
          account,
          at,
          refreshToken: 'returned',
        },
      }
    },
    currentPolicy: async () => ({ permissions: [], lockdowns: [], revocations: new Map() }),
    remember: () => {},
    alarm,
    now: () => doors.clock.now,
    ...given,
  })
  return (customer?: string) =>
    mint({
      partner,
      audience: resource,
      scopes: [`${resource}/.default`],
      generation: 3,
      asker: 'a',
      correlationId: 'c',
      ...(customer !== undefined && { customer }),
    })
}

const grantNow = async (): Promise<Grant> => {
  const stored = await grants.read(partner)
  if (!stored) throw new Error('there is no grant')
  return stored.value
}

beforeEach(async () => {
  redeemed = []
  alarm.mockClear()
  grants = inMemoryRows<Grant>((grant) => grant.partner)
  const sample = { ...sampleGrant(), endsAt: doors.clock.now + 1e10 }
  const { previous: _previous, lastFailure: _failure, ...grant } = sample
  partner = grant.partner
  const { sealed, kid } = await doors.sealing().seal('consented', grant)
  const secretVersion = await doors.secrets().sealedTokens.write(secretNameOf(grant), sealed)
  await grants.add({ ...grant, sealed: { secretVersion, kid, sealedAt: doors.clock.now } })
})

test('nothing is resealed while the key has not changed', async () => {
  const before = await grantNow()
  await instance()()
  expect(await grantNow()).toEqual(before)
})

describe('after the vault key was rotated', () => {
  let older: Grant
  beforeEach(async () => {
    older = await grantNow()
    await doors.rotate()
  })

  test('an old grant still issues, and is resealed with the newest version on the way', async () => {
    expect(await instance()()).toMatchObject({ accessToken: 'at' })
    const { sealed, previous } = await grantNow()
    expect(sealed.kid).toBe((await doors.sealing().publicKey()).kid)
    expect(sealed).toMatchObject({ sealedAt: older.sealed.sealedAt })
    expect(previous).toEqual(older.sealed)
  })

  test('the older version of the key is no longer needed', async () => {
    await instance()('customer')
    await doors.disableKey(older.sealed.kid)
    expect(await instance()()).toMatchObject({ accessToken: 'at' })
    expect(redeemed).toEqual(['consented', 'consented'])
  })

  test('a redemption at a customer reseals what was stored, never what the customer returned', async () => {
    const mint = instance()
    await mint('customer')
    doors.clock.now += 2_000
    await mint('customer')
    expect(redeemed).toEqual(['consented', 'consented'])
    expect((await grantNow()).sealed.kid).not.toBe(older.sealed.kid)
  })

  test('an instance that only knows the older key does not seal with it again', async () => {
    const sealing = doors.sealing()
    const late = instance(sealing)
    await late()
    doors.clock.now += hourMs / 2
    await doors.rotate()
    await instance()()
    const resealed = await grantNow()
    expect(resealed.sealed.kid).not.toBe((await sealing.publicKey()).kid)
    await late()
    expect(await grantNow()).toEqual(resealed)
  })

  test('failing to reseal never fails issuing, and is tried again', async () => {
    const { sealedTokens } = doors.secrets()
    const write = vi.fn(sealedTokens.write).mockRejectedValueOnce(new Error('the vault is busy'))
    const mint = instance({ sealedTokens: { ...sealedTokens, write } })
    expect(await mint()).toMatchObject({ accessToken: 'at' })
    expect(alarm).toHaveBeenCalledWith('reseal_failed', { partner })
    expect(await grantNow()).toEqual(older)
    doors.clock.now += 2_000
    await mint()
    expect((await grantNow()).sealed.kid).not.toBe(older.sealed.kid)
  })

  test('a grant that somebody else has changed meanwhile is left to them', async () => {
    const { sealedTokens } = doors.secrets()
    const write: typeof sealedTokens.write = async (...args) => {
      const stored = await grants.read(partner)
      if (stored) await grants.replace({ ...stored.value, status: 'revoked' }, stored.etag)
      return sealedTokens.write(...args)
    }
    await instance({ sealedTokens: { ...sealedTokens, write } })()
    expect(await grantNow()).toEqual({ ...older, status: 'revoked' })
  })

  test('a write-back seals with the newest version too', async () => {
    doors.clock.now += 25 * hourMs
    await instance()()
    const { sealed } = await grantNow()
    expect(sealed.kid).not.toBe(older.sealed.kid)
    expect(sealed.sealedAt).toBe(doors.clock.now)
  })

  test('one grant a second is resealed, so that consents can still be written', async () => {
    const { sealedTokens } = doors.secrets()
    const write = vi.fn(sealedTokens.write)
    const mint = instance({ sealedTokens: { ...sealedTokens, write } })
    await mint()
    await doors.rotate()
    await mint()
    expect(write).toHaveBeenCalledTimes(1)
  })
})
