import type { Fault } from '../../../local/kit/faults.ts'
import { control } from './own-partner.ts'

/** Injects a fault into a local part; `address` is any address of it. */
export const addFault = (address: string, fault: Partial<Fault>): Promise<unknown> =>
  control(`${new URL(address).origin}/_local/faults`, fault)

/** Takes away every fault of a local part: only for faults that do not name the test's own tenant. */
export const clearFaults = async (address: string): Promise<void> => {
  await fetch(`${new URL(address).origin}/_local/faults`, { method: 'DELETE' })
}
