const ordinarily = 16

/** Runs for each item, so many at a time; the first failure is thrown, and nothing begins after it. */
export const eachOf = async <T>(
  items: readonly T[],
  run: (item: T) => Promise<void>,
  inParallel = ordinarily,
): Promise<void> => {
  const waiting = [...items].toReversed()
  const worker = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      // A worker takes one after the other.
      // oxlint-disable-next-line no-await-in-loop
      await run(item)
    }
  }
  const workers = Array.from({ length: inParallel }, worker)
  await Promise.all(workers).finally(() => waiting.splice(0))
}
