/** What a check saw: all well, something that the operator should know, or a failure. */
export type Seen = { is: 'ok' } | { is: 'note' | 'failed'; saw: string }

/** One thing that must be so after a deployment. */
export type Check = {
  /** The app, and what must be so. */
  name: string
  look: () => Promise<Seen>
  /** What to do when it is not so. */
  remedy: string
}

export const ok: Seen = { is: 'ok' }
export const failed = (saw: string): Seen => ({ is: 'failed', saw })
export const note = (saw: string): Seen => ({ is: 'note', saw })

/** All well where nothing is wrong; otherwise what is, in one line. */
export const unless = (...problems: (string | false | undefined)[]): Seen => {
  const found = problems.filter((problem) => typeof problem === 'string')
  return found.length === 0 ? ok : failed(found.join('; '))
}
