/** What is put off until the first answer has left, since it would hold that answer up. */
let putOff: (() => Promise<void>) | undefined

// By then the host has taken the answer of the handler that has just returned.
const afterMs = 1_000

export const afterFirstAnswer = (run: () => Promise<void>): void => {
  putOff = run
}

/** Told by the shell after each answer. */
export const answered = (): void => {
  const run = putOff
  putOff = undefined
  if (run) setTimeout(() => void run(), afterMs).unref()
}
