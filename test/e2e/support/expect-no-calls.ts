import { expect, vi } from 'vitest'

/**
 * What is done asks nothing of the parts. It is done again where something was asked: the work of
 * earlier tests ends late now and then, but what it costs itself, it costs every time.
 */
export const expectNoCalls = (
  calls: () => Promise<unknown>,
  run: () => Promise<void>,
): Promise<void> =>
  vi.waitFor(
    async () => {
      const before = await calls()
      await run()
      expect(await calls()).toEqual(before)
    },
    { timeout: 20_000, interval: 500 },
  )
