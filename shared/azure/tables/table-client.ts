import type { TokenCredential } from '@azure/identity'
import type { TableClient } from '@azure/data-tables'
import type { Circuit } from '../circuit.ts'
import { guardedDoor } from '../guarded-door.ts'
import type { TableName } from './table-names.ts'

/** Where the tables are, and as whom. */
export type TableAccount = {
  tablesUrl: string
  credential: TokenCredential
  /** Time for one try. */
  timeoutMs?: number
  /** Shared by all tables of the account. */
  circuit?: Circuit
}

/** One table. `call` runs one request within the time-out and lets only a code out. */
export type Table = {
  name: TableName
  call: <T>(run: (client: TableClient, options: CallOptions) => Promise<T>) => Promise<T>
}

export type CallOptions = { abortSignal: AbortSignal }

// The door retries: the SDK's retries and the door's would multiply.
const retryOptions = { maxRetries: 0 }
const defaultTimeoutMs = 5_000

/** Opens one table; its client is made at the first call and kept for the life of the process. */
export const openTable = (account: TableAccount & { tableName: TableName }): Table => {
  const { tablesUrl, tableName, credential, timeoutMs = defaultTimeoutMs, circuit } = account
  const door = guardedDoor({ dependency: 'tables', timeoutMs, circuit })
  let client: Promise<TableClient> | undefined
  const open = () =>
    (client ??= import('@azure/data-tables').then(
      (sdk) => new sdk.TableClient(tablesUrl, tableName, credential, { retryOptions }),
    ))
  return {
    name: tableName,
    call: (run) => door(async (abortSignal) => run(await open(), { abortSignal })),
  }
}
