/** Runs every item, so many at a time; the first failure ends it. */
export const inLanes = async <T>(
  items: Iterable<T>,
  lanes: number,
  run: (item: T) => Promise<void>,
): Promise<void> => {
  const rest = items[Symbol.iterator]()
  const state = { hasFailed: false }
  const lane = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true && !state.hasFailed; next = rest.next()) {
      // A lane takes its next item when it is done with the one before.
      // oxlint-disable-next-line no-await-in-loop
      await run(next.value)
    }
  }
  const failing = (thrown: unknown) => {
    state.hasFailed = true
    throw thrown
  }
  await Promise.all(Array.from({ length: lanes }, () => lane().catch(failing)))
}
