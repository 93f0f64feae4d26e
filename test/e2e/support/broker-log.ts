import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'

/** Waits until the broker's log holds a line with all of these texts, and gives that line. */
export const untilLogged = (
  { stateFolder }: { stateFolder: string },
  ...texts: string[]
): Promise<string> =>
  vi.waitUntil(
    () =>
      readFileSync(join(stateFolder, 'logs', 'broker.log'), 'utf8')
        .split('\n')
        .find((line) => texts.every((text) => line.includes(text))),
    { timeout: 5000, interval: 50 },
  )
