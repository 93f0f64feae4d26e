import { BrokerError } from '../../../shared/broker/broker-error.ts'
import type { Page, Rows, Stored, Written } from '../../../shared/broker/rows.ts'

/** One write as a hook sees it. */
export type Step = { verb: 'add' | 'replace' | 'remove'; key: string }

/**
 * Called around each write, to interleave or to crash: a throw in `beforeWrite` is a crash before
 * anything was written, one in `afterWrite` a crash (or a lost answer) after it.
 */
export type WriteHooks = {
  beforeWrite?: (step: Step) => Promise<void> | void
  /** Called in the same tick as a write that took place. */
  onWritten?: (step: Step) => void
  afterWrite?: (step: Step) => Promise<void> | void
}

/** Rows in memory, which move by ETag as those of a table do. */
export const inMemoryRows = <T>(keyOf: (value: T) => string, hooks: WriteHooks = {}): Rows<T> => {
  const rows = new Map<string, Stored<T>>()
  let writes = 0
  const put = (value: T): Written => {
    const etag = `"${++writes}"`
    rows.set(keyOf(value), { value: structuredClone(value), etag })
    return { etag }
  }
  const around = hooked(hooks)
  return {
    read: async (key) => structuredClone(rows.get(key)),
    add: (value) =>
      around({ verb: 'add', key: keyOf(value) }, () =>
        rows.has(keyOf(value)) ? 'changed' : put(value),
      ),
    replace: (value, etag) =>
      around({ verb: 'replace', key: keyOf(value) }, () =>
        rows.get(keyOf(value))?.etag === etag ? put(value) : 'changed',
      ),
    remove: (key, etag) =>
      around({ verb: 'remove', key }, () => {
        const row = rows.get(key)
        if (row && etag !== undefined && row.etag !== etag) return 'changed'
        rows.delete(key)
        return 'removed'
      }),
    list: async (options) => pageOf(rows, options),
  }
}

// The write itself is one synchronous step, so that nothing comes between its check and its effect.
const hooked =
  ({ beforeWrite, onWritten, afterWrite }: WriteHooks) =>
  async <R>(step: Step, write: () => R): Promise<R> => {
    await beforeWrite?.(step)
    const result = write()
    if (result !== 'changed') onWritten?.(step)
    await afterWrite?.(step)
    return result
  }

const pageOf = <T>(
  rows: Map<string, Stored<T>>,
  { after, size }: { after?: string; size: number },
): Page<Stored<T>> => {
  const last = after === undefined ? undefined : keyOfToken(after)
  const sorted = [...rows].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const rest = sorted.filter(([key]) => last === undefined || key > last)
  const items = rest.slice(0, size)
  const lastKey = items.at(-1)?.[0]
  return {
    items: structuredClone(items.map(([, row]) => row)),
    ...(rest.length > size && lastKey !== undefined && { next: tokenOfKey(lastKey) }),
  }
}

const mark = 'after:'

const tokenOfKey = (key: string): string => Buffer.from(`${mark}${key}`).toString('base64url')

const keyOfToken = (token: string): string => {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  if (text.startsWith(mark)) return text.slice(mark.length)
  throw new BrokerError('request_malformed', 'the page token is not one that a list returned')
}
