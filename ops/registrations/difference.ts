/** One thing that is not as it should be, for a person to read. */
export type Change = { on: string; what: string; why: string }

/** Members of a directory object that are to be written. */
export type Patch = Readonly<Record<string, unknown>>

/**
 * What lies between an application as it is and as it should be. The patches go out in this order:
 * Entra changes no role or scope while it is enabled, and knows no scope before it is stored.
 */
export type Difference = {
  before: Patch
  main: Patch
  after: Patch
  changes: Change[]
  /** What is there and not known here: said, never removed. */
  left: string[]
}

/** Several differences of one object as one. */
export const together = (...parts: readonly Partial<Difference>[]): Difference => ({
  before: Object.assign({}, ...parts.map(({ before }) => before)),
  main: Object.assign({}, ...parts.map(({ main }) => main)),
  after: Object.assign({}, ...parts.map(({ after }) => after)),
  changes: parts.flatMap(({ changes = [] }) => changes),
  left: parts.flatMap(({ left = [] }) => left),
})

type Value = string | boolean | null | undefined
type Member = { on: string; member: string; is: Value; should: Value; why: string }

/** The difference in one member that has a single value. */
export const valueDifference = ({ on, member, is, should, why }: Member): Partial<Difference> =>
  is === should
    ? {}
    : {
        main: { [member]: should },
        changes: [{ on, what: `${member}: ${shown(is)} becomes ${shown(should)}`, why }],
      }

const shown = (value: Value): string =>
  value === null || value === undefined || value === '' ? 'nothing' : String(value)

/** What of `should` is not in `is`. */
export const missingFrom = (is: readonly string[], should: readonly string[]): string[] =>
  should.filter((one) => !is.includes(one))
