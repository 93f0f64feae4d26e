import type { Listed } from './broker-api.ts'
import type { Call, Shown } from './command.ts'
import { table } from './text.ts'

/** A list as a table; says when there is more than was asked for. */
export const shownList = (
  { say }: Pick<Call, 'say'>,
  { value, more }: Listed,
  columns: readonly string[],
): Shown => {
  if (more) say(`There is more: these are the first ${value.length}.`)
  return { json: { value, more }, text: table(value, columns) }
}
