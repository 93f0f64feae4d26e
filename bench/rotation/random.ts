/** The same numbers from 0 to 1 for the same seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How long an answer takes: half of `typicalMs` at least, and now and then several times as long. */
export const delays = (random: () => number) => (typicalMs: number) =>
  typicalMs * (0.5 - 0.72 * Math.log(1 - random() * 0.999))
