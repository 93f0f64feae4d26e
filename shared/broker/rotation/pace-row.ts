import type { Rows, Stored } from '../rows.ts'

/** From when on the next secret may be written, for all instances together. */
export type Pace = { v: 1; name: typeof paceName; nextAt: number }

export const paceName = 'pace'

export type PaceRowPorts = {
  paces: Pick<Rows<Pace>, 'read' | 'add' | 'replace'>
  now: () => number
}

// Whoever loses the race so often looks again later.
const manyTries = 20
// Nobody moves the row so far ahead: the clock that did was wrong, and must not stop rotation until then.
const furthestMs = 2 * 3600_000

export type Moved = { before: number; isMoved: boolean }

/** Moves the shared row on, where it is to move, and gives what it said before, or now when that is past. */
export const moved = async (
  { paces, now }: PaceRowPorts,
  move: (nextAt: number) => number | undefined,
  tries = manyTries,
): Promise<Moved> => {
  for (let left = tries; left > 0; left--) {
    // Whoever loses the race reads again what the winner wrote.
    // oxlint-disable-next-line no-await-in-loop
    const stored = await paces.read(paceName)
    const before = nextOf(stored, now())
    const nextAt = move(before)
    if (nextAt === undefined) return { before, isMoved: false }
    // oxlint-disable-next-line no-await-in-loop
    if (await written(paces, stored, nextAt)) return { before, isMoved: true }
  }
  return { before: now(), isMoved: false }
}

const nextOf = (stored: Stored<Pace> | undefined, now: number): number => {
  const nextAt = stored?.value.nextAt ?? 0
  return nextAt > now + furthestMs ? now : Math.max(nextAt, now)
}

const written = async (
  paces: PaceRowPorts['paces'],
  stored: Stored<Pace> | undefined,
  nextAt: number,
): Promise<boolean> => {
  const pace: Pace = { v: 1, name: paceName, nextAt }
  const outcome = stored ? await paces.replace(pace, stored.etag) : await paces.add(pace)
  return outcome !== 'changed'
}
