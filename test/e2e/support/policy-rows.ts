import { randomUUID } from 'node:crypto'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { tableOf } from './stored-rows.ts'

type Stack = Pick<StackFacts, 'storage'>

const partitionKey = 'policy'

/** Writes a row of the policy, whatever it holds, and a new epoch with it. */
export const putPolicyRow = async (
  stack: Stack,
  rowKey: string,
  columns: object,
): Promise<void> => {
  await tableOf(stack, 'policy').submitTransaction([
    ['upsert', { partitionKey, rowKey, v: 1, ...columns }, 'Replace'],
    ['upsert', { partitionKey, rowKey: 'epoch', v: 1, epoch: randomUUID() }, 'Replace'],
  ])
}

/** The first thing that a revocation writes; it stops every instance. */
export const revokeByRow = (
  stack: Stack,
  { partner, generation = 1 }: { partner: string; generation?: number },
): Promise<void> =>
  putPolicyRow(stack, `revocation:${partner}`, {
    partner,
    generation,
    at: new Date().toISOString(),
    by: 'test',
    reason: 'test',
    revokedBy: 'operator',
  })

/** A lockdown of one partner, caller (`{tenant}/{clientId}`) or audience. */
export const lockDown = (
  stack: Stack,
  { scope, id }: { scope: 'partner' | 'caller' | 'audience'; id: string },
): Promise<void> => {
  const name = `test-${randomUUID()}`
  const at = new Date().toISOString()
  return putPolicyRow(stack, `lockdown:${name}`, {
    name,
    scope,
    id,
    reason: 'test',
    by: 'test',
    at,
  })
}
