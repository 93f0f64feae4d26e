import type { Rows, Stored } from '../../shared/broker/rows.ts'
import type { Clock } from './clock.ts'

/** One call to a table: it takes its time, and is counted. */
export type CallTable = <T>(kind: string, run: () => T) => Promise<T>

const typicalMs = 12

/** Counts the calls to tables by kind. */
export const countedTables = (clock: Clock, delayOf: (typicalMs: number) => number) => {
  const counts = new Map<string, number>()
  const call: CallTable = async (kind, run) => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    await clock.wait(delayOf(typicalMs / 2))
    const result = run()
    await clock.wait(delayOf(typicalMs / 2))
    return result
  }
  return {
    call,
    counts: (): ReadonlyMap<string, number> => new Map(counts),
    total: (): number => [...counts.values()].reduce((sum, count) => sum + count, 0),
  }
}

export type CountedTables = ReturnType<typeof countedTables>

/** The one row that all instances share, such as the pace, moved by ETag. */
export const sharedRow = <T>(
  kind: string,
  call: CallTable,
): Pick<Rows<T>, 'read' | 'add' | 'replace'> => {
  let row: Stored<T> | undefined
  let writes = 0
  const put = (value: T) => {
    row = { value, etag: String(++writes) }
    return { etag: row.etag }
  }
  const written = async (canWrite: () => boolean, value: T) => {
    const outcome = await call(kind, () => (canWrite() ? put(value) : ('changed' as const)))
    if (outcome === 'changed') await call(kind, () => undefined)
    return outcome
  }
  return {
    read: () => call(kind, () => row),
    add: (value) => written(() => row === undefined, value),
    replace: (value, etag) => written(() => row?.etag === etag, value),
  }
}
