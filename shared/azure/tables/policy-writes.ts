import { randomUUID } from 'node:crypto'
import type { TableEntity, TransactionAction } from '@azure/data-tables'
import { BrokerError } from '../../broker/broker-error.ts'
import { readEntity } from './entities.ts'
import type { RowAddress } from './row-kind.ts'
import { orRefused, type RowWrite, type WriteOutcome, type WriteRow } from './row-writes.ts'
import type { CallOptions, Table } from './table-client.ts'

/** The one partition of the policy: one query reads it, and one transaction may change two rows. */
export const policyPartition = 'policy'

export const epochAddress: RowAddress = { partitionKey: policyPartition, rowKey: 'epoch' }

/** Writes a row of the policy and a new epoch in one transaction: a change and its epoch are never apart. */
export const policyWrites =
  (table: Table): WriteRow =>
  async (write) => {
    if (write.verb !== 'remove') return transact(table, [actionOf(write), setEpoch()])
    if (write.etag === undefined) return transact(table, [deletion(write.address), setEpoch()])
    return removeExactly(table, write.address, write.etag)
  }

const transact = (table: Table, actions: TransactionAction[]): Promise<WriteOutcome> =>
  table.call((client, options: CallOptions) =>
    orRefused(async () => {
      const { subResponses } = await client.submitTransaction(actions, options)
      return { etag: subResponses[0]?.etag }
    }),
  )

const actionOf = (write: Exclude<RowWrite, { verb: 'remove' }>): TransactionAction =>
  write.verb === 'add'
    ? ['create', write.entity]
    : ['update', write.entity, 'Replace', { etag: write.etag }]

const deletion = (address: RowAddress): TransactionAction => ['delete', address]

const epochRow = (): TableEntity => ({ ...epochAddress, v: 1, epoch: randomUUID() })

const setEpoch = (): TransactionAction => ['upsert', epochRow(), 'Replace']

const setEpochAfter = (etag: string | undefined): TransactionAction =>
  etag === undefined ? ['create', epochRow()] : ['update', epochRow(), 'Replace', { etag }]

const attempts = 5

// The SDK cannot delete by ETag within a transaction. Every write of the policy moves the epoch, so
// an epoch that has not moved since before the row was read says that the row has not changed.
const removeExactly = async (
  table: Table,
  address: RowAddress,
  etag: string,
): Promise<WriteOutcome> => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const epoch = await readEntity(table, epochAddress)
    const row = await readEntity(table, address)
    if (!row) return 'absent'
    if (row.etag !== etag) return 'conflict'
    const outcome = await transact(table, [deletion(address), setEpochAfter(epoch?.etag)])
    if (typeof outcome === 'object') return outcome
  }
  throw new BrokerError('upstream_unavailable', 'the policy is changing fast. Try again shortly', {
    reason: 'tables_policy_contended',
    retryAfterSeconds: 5,
  })
}
