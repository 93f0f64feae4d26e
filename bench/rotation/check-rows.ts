import type { Measure } from './report.ts'
import { refreshTokenOf } from './upstream.ts'
import type { World } from './world.ts'

/**
 * Whether every row points at the newest version of its secret or at the one before, which is the case
 * where two workers rotated a grant at once; those sealed for real must unseal.
 */
export const checkRows = async (world: World): Promise<Measure> => {
  const { table, vault } = world
  let wrong = 0
  for (let index = 0; index < table.count; index++) {
    const version = String(table.rows.version[index])
    const isKept = vault.secrets.read(index, version) !== undefined
    // One at a time: some thousand private-key operations.
    // oxlint-disable-next-line no-await-in-loop
    if (!isKept || (vault.isReal(index) && !(await unseals(world, index)))) wrong++
  }
  return {
    name: 'rows that lead to neither of the newest two tokens',
    measured: `${wrong} of ${table.count}`,
    target: 'none',
    isMet: wrong === 0,
  }
}

const unseals = async ({ table, vault }: World, index: number): Promise<boolean> => {
  const { app, partner, generation, sealed } = table.read(index).value
  const { secretVersion, kid } = sealed
  const context = { app, partner, generation, kid }
  const text = vault.secrets.read(index, secretVersion) ?? ''
  const token = await vault.rsa.open(text, context, async (unwrap) => unwrap())
  return token === refreshTokenOf(index)
}
