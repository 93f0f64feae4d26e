/** So many in any window of time; what is refused does not count. */
export const slidingLimit = (most: number, windowMs: number): ((now: number) => boolean) => {
  const taken = new Float64Array(most).fill(Number.NEGATIVE_INFINITY)
  let next = 0
  return (now) => {
    if (now - (taken[next] ?? 0) < windowMs) return false
    taken[next] = now
    next = (next + 1) % most
    return true
  }
}
