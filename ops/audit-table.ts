import type { TableClient, TransactionAction } from '@azure/data-tables'
import type { Call } from './command.ts'
import { Failure, wronglyTyped } from './failure.ts'
import { localStorageToken } from './local-stack.ts'
import { tokenFor } from './sign-in.ts'
import { whoIs } from './who.ts'

/** The audit table under the operator's own identity: no app of ours may delete records. */
export type AuditTable = {
  countBefore: (time: Date) => Promise<{ records: number; oldest: string }>
  deleteBefore: (time: Date, onProgress: (deleted: number) => void) => Promise<number>
}

const storage = 'https://storage.azure.com'
const pageSize = 1000
const mostRows = 100

/** Signs in for storage, says who it is and where, and opens the table. */
export const auditTable = async (
  { settings, say }: Pick<Call, 'settings' | 'say'>,
  tablesUrl: string | undefined,
): Promise<AuditTable> => {
  const { signIn } = settings
  const address = tablesUrl ?? (signIn.as === 'local' ? signIn.stack.tables : undefined)
  if (address === undefined) throw wronglyTyped('--tables-url is missing')
  const token =
    signIn.as === 'local'
      ? await localStorageToken(signIn.stack)
      : await tokenFor(settings, storage)
  say(`Signed in as ${whoIs(token)}. Table: audit at ${address}`)
  const { TableClient: Client } = await import('@azure/data-tables')
  // One token for one run: a purge that outlives it fails, and goes on when it is run again.
  const credential = {
    getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3600_000 }),
  }
  return purging(new Client(address, 'audit', credential))
}

const purging = (client: TableClient): AuditTable => ({
  countBefore: async (time) => {
    let records = 0
    let first: string | undefined
    for await (const rows of pagesBefore(client, time)) {
      records += rows.length
      first ??= rows[0]?.rowKey
    }
    return { records, oldest: first === undefined ? '' : timeOf(first) }
  },
  deleteBefore: async (time, onProgress) => {
    let deleted = 0
    for await (const rows of pagesBefore(client, time)) {
      for (const batch of batchesOf(rows)) {
        await refusedInWords(() => client.submitTransaction(batch.map(deletion)))
        deleted += batch.length
      }
      onProgress(deleted)
    }
    return deleted
  },
})

type Address = { partitionKey: string; rowKey: string }

// A partition is an hour and a shard, a row key begins with the millisecond.
async function* pagesBefore(client: TableClient, time: Date): AsyncGenerator<Address[]> {
  const hour = time.toISOString().slice(0, 13).replaceAll(/\D/g, '')
  const moment = String(time.getTime()).padStart(15, '0')
  const filter = `PartitionKey lt '${hour}' or (PartitionKey ge '${hour}' and PartitionKey lt '${hour}~' and RowKey lt '${moment}')`
  const pages = client
    .listEntities({ queryOptions: { filter, select: ['PartitionKey', 'RowKey'] } })
    .byPage({ maxPageSize: pageSize })
  const next = () => refusedInWords(() => pages.next())
  for (let page = await next(); page.done !== true; page = await next()) {
    yield page.value.flatMap(({ partitionKey, rowKey }) =>
      partitionKey === undefined || rowKey === undefined ? [] : [{ partitionKey, rowKey }],
    )
  }
}

/** A transaction holds at most 100 rows of one partition. */
const batchesOf = (rows: readonly Address[]): Address[][] =>
  [...Map.groupBy(rows, ({ partitionKey }) => partitionKey).values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / mostRows) }, (_, index) =>
      group.slice(index * mostRows, (index + 1) * mostRows),
    ),
  )

const deletion = (row: Address): TransactionAction => ['delete', row]

const timeOf = (rowKey: string): string => new Date(Number(rowKey.slice(0, 15))).toISOString()

const statusIn = (thrown: unknown): number | undefined =>
  typeof thrown === 'object' &&
  thrown !== null &&
  'statusCode' in thrown &&
  typeof thrown.statusCode === 'number'
    ? thrown.statusCode
    : undefined

const refusedInWords = async <T>(run: () => Promise<T>): Promise<T> => {
  try {
    return await run()
  } catch (thrown) {
    const status = statusIn(thrown)
    if (status === 403 || status === 401) {
      throw new Failure(
        'The table refused you: deleting needs the role Storage Table Data Contributor on it, and a network that the storage account lets in.',
      )
    }
    const said = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : ''
    throw new Failure(`The table did not answer (${status ?? 'no status'}): ${said}`)
  }
}
