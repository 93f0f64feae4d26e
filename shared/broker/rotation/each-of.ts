const inParallel = 16

/** Runs for each item, so many at a time; the first failure is thrown. */
export const eachOf = async <T>(
  items: readonly T[],
  run: (item: T) => Promise<void>,
): Promise<void> => {
  const waiting = [...items]
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      // A worker takes one after the other.
      // oxlint-disable-next-line no-await-in-loop
      await run(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(inParallel, items.length) }, worker))
}
