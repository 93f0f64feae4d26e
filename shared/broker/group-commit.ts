/**
 * Writes many items in few writes and without a timer: what comes while nothing is in flight is
 * written at once; what comes meanwhile is collected and written together when that write returns.
 * Each promise settles with the write that held its item.
 */
export const groupCommit = <T>(options: {
  write: (items: T[]) => Promise<void>
  /** Items of one write must share it. */
  partitionOf: (item: T) => string
  maxItems: number
}): ((item: T) => Promise<void>) => {
  let waiting: Waiting<T>[] = []
  let isWriting = false

  const writeAll = async (): Promise<void> => {
    isWriting = true
    while (waiting.length > 0) {
      const group = firstGroup(waiting, options)
      waiting = waiting.filter((one) => !group.includes(one))
      // One after the other: the next group collects while this one is in flight.
      // oxlint-disable-next-line no-await-in-loop
      await writeGroup(group, options.write)
    }
    isWriting = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!isWriting) void writeAll()
    })
}

type Waiting<T> = { item: T; resolve: () => void; reject: (reason: unknown) => void }

const firstGroup = <T>(
  waiting: Waiting<T>[],
  { partitionOf, maxItems }: { partitionOf: (item: T) => string; maxItems: number },
): Waiting<T>[] => {
  const [first] = waiting
  if (!first) return []
  const partition = partitionOf(first.item)
  return waiting.filter(({ item }) => partitionOf(item) === partition).slice(0, maxItems)
}

const writeGroup = async <T>(
  group: Waiting<T>[],
  write: (items: T[]) => Promise<void>,
): Promise<void> => {
  try {
    await write(group.map(({ item }) => item))
    for (const { resolve } of group) resolve()
  } catch (thrown) {
    for (const { reject } of group) reject(thrown)
  }
}
