/** Longer texts are cut: the record holds what callers wrote. */
const longestText = 200

export const clipped = (text: string): string =>
  text.length > longestText ? `${text.slice(0, longestText)}…` : text

// A column takes 32,768 characters.
const partChars = 30_000

/** Lines in groups that each fit a column as JSON; at least one group. */
export const inParts = <T>(lines: readonly T[]): T[][] => {
  const parts: T[][] = [[]]
  let chars = 0
  for (const line of lines) {
    const size = JSON.stringify(line).length + 1
    const last = parts.at(-1)
    if (last && (chars + size <= partChars || last.length === 0)) last.push(line)
    else parts.push([line])
    chars = last && chars + size <= partChars ? chars + size : size
  }
  return parts
}

/** How often each combination of facts came, by the facts as JSON. */
export type Counts<F> = Map<string, Counted<F>>

export type Counted<F> = { facts: F; count: number }

/** Counts one more, or `by` more, of these facts; their members must come in one order. */
export const addTo = <F>(counts: Counts<F>, facts: F, by = 1): void => {
  const key = JSON.stringify(facts)
  const known = counts.get(key)
  if (known) known.count += by
  else counts.set(key, { facts, count: by })
}

/**
 * The `most` largest, by number and then by facts, so that the same record gives the same answer in
 * whatever order it was read; `others` is the sum of the rest.
 */
export const largest = <F>(
  counts: Counts<F>,
  most: number,
): { kept: Counted<F>[]; others: number } => {
  const sorted = [...counts].toSorted(
    ([keyOne, one], [keyOther, other]) => other.count - one.count || (keyOne < keyOther ? -1 : 1),
  )
  return {
    kept: sorted.slice(0, most).map(([, counted]) => counted),
    others: sorted.slice(most).reduce((sum, [, { count }]) => sum + count, 0),
  }
}
