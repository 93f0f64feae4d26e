/** How many letters to change, add or leave out (Levenshtein). */
export const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of one.toLowerCase().split('').entries()) {
    const next = [index + 1]
    for (const [column, against] of other.toLowerCase().split('').entries()) {
      const cost = letter === against ? 0 : 1
      next.push(
        Math.min((next[column] ?? 0) + 1, (row[column + 1] ?? 0) + 1, (row[column] ?? 0) + cost),
      )
    }
    row = next
  }
  return row.at(-1) ?? 0
}
