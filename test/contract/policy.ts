import { describe, expect, it } from 'vitest'
import type { Lockdown } from '../../shared/broker/lockdown.ts'
import type { Permission } from '../../shared/broker/permission.ts'
import type { PolicyRows } from '../../shared/broker/policy.ts'
import type { Revocation } from '../../shared/broker/revocation.ts'
import type { Rows } from '../../shared/broker/rows.ts'
import { etagOf } from './rows.ts'
import { sampleLockdown, samplePermission, sampleRevocation } from './samples.ts'

export type PolicySubject = {
  permissions: Rows<Permission>
  lockdowns: Rows<Lockdown>
  revocations: Rows<Revocation>
  policy: PolicyRows
}

/** What every implementation of `PolicyRows` does. `open` gives one without any row. */
export const policyContract = (name: string, open: () => Promise<PolicySubject>): void => {
  describe(name, () => {
    it('has no epoch and no rows before the first change', async () => {
      const { policy } = await open()
      expect(await policy.readEpoch()).toBe('none')
      expect(await policy.readAll()).toEqual({
        epoch: 'none',
        permissions: [],
        lockdowns: [],
        revocations: [],
      })
    })

    it('reads every permission with the epoch of that moment', async () => {
      const { permissions, policy } = await open()
      const added = [samplePermission(), samplePermission()]
      for (const one of added) await permissions.add(one)
      const all = await policy.readAll()
      expect(all.epoch).toBe(await policy.readEpoch())
      expect(sorted(all.permissions)).toEqual(sorted(added))
    })

    it('reads each kind of row as that kind and as no other', async () => {
      const { permissions, lockdowns, revocations, policy } = await open()
      const [permission, lockdown] = [samplePermission(), sampleLockdown()]
      const revocation = sampleRevocation()
      await permissions.add(permission)
      await lockdowns.add(lockdown)
      await revocations.add(revocation)
      expect(await policy.readAll()).toEqual({
        epoch: await policy.readEpoch(),
        permissions: [permission],
        lockdowns: [lockdown],
        revocations: [revocation],
      })
    })

    it('keeps rows of one name apart by their kind', async () => {
      const { permissions, lockdowns } = await open()
      await permissions.add({ ...samplePermission(), name: 'same' })
      const etag = etagOf(await lockdowns.add({ ...sampleLockdown(), name: 'same' }))
      await permissions.remove('same')
      expect((await lockdowns.read('same'))?.etag).toBe(etag)
      expect((await permissions.list({ size: 10 })).items).toEqual([])
      expect((await lockdowns.list({ size: 10 })).items).toHaveLength(1)
    })

    it('changes the epoch with each lockdown and revocation, and when they go', async () => {
      const { lockdowns, revocations, policy } = await open()
      const [lockdown, revocation] = [sampleLockdown(), sampleRevocation()]
      const epochs = [await policy.readEpoch()]
      for (const change of [
        () => lockdowns.add(lockdown),
        () => lockdowns.remove(lockdown.name),
        () => revocations.add(revocation),
        async () => {
          const etag = (await revocations.read(revocation.partner))?.etag ?? ''
          await revocations.replace({ ...revocation, generation: 4 }, etag)
        },
      ]) {
        await change()
        epochs.push(await policy.readEpoch())
      }
      expect(new Set(epochs).size).toBe(5)
    })

    it('changes the epoch with each add, replace and remove', async () => {
      const { permissions, policy } = await open()
      const value = samplePermission()
      const epochs = [await policy.readEpoch()]
      const etag = etagOf(await permissions.add(value))
      epochs.push(await policy.readEpoch())
      const next = etagOf(await permissions.replace({ ...value, mode: 'audit' }, etag))
      epochs.push(await policy.readEpoch())
      await permissions.remove(value.name, next)
      epochs.push(await policy.readEpoch())
      await permissions.add(value)
      epochs.push(await policy.readEpoch())
      await permissions.remove(value.name)
      epochs.push(await policy.readEpoch())
      expect(new Set(epochs).size).toBe(6)
      expect((await policy.readAll()).permissions).toEqual([])
    })

    it('keeps the epoch when a write lost its race', async () => {
      const { permissions, policy } = await open()
      const value = samplePermission()
      const stale = etagOf(await permissions.add(value))
      await permissions.replace({ ...value, mode: 'audit' }, stale)
      const epoch = await policy.readEpoch()
      expect(await permissions.add(value)).toBe('changed')
      expect(await permissions.replace(value, stale)).toBe('changed')
      expect(await permissions.remove(value.name, stale)).toBe('changed')
      expect(await policy.readEpoch()).toBe(epoch)
    })
  })
}

const sorted = (permissions: Permission[]): Permission[] =>
  permissions.toSorted((one, other) => (one.name < other.name ? -1 : 1))
