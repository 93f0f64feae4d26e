import { either, literal, membersOf, optionsOf, textOf, unknown, type Value } from './value.ts'

/** Objects as one: the last that has a member gives it; where that is not sure, those before may stand. */
export const merged = (values: readonly Value[]): Map<string, Value> => {
  const all = new Map<string, Value>()
  for (const value of values) {
    const members = membersOf(value)
    for (const [name, member] of members) {
      const before = all.get(name) ?? literal(null, member.at)
      all.set(name, isIn(value, name) ? member : either([before, member], member.at))
    }
    if (!isKnown(value)) overlay(all, value)
  }
  return all
}

const isIn = (value: Value, name: string): boolean =>
  optionsOf(value).every((one) => one.kind === 'object' && one.members.has(name))

const isKnown = (value: Value): boolean =>
  optionsOf(value).every(({ kind }) => kind === 'object' || kind === 'literal')

// What is known only in Azure may replace any member.
const overlay = (all: Map<string, Value>, by: Value): void => {
  for (const [name, member] of all) {
    all.set(name, either([member, unknown(`${textOf(by)}.${name}`, [by], by.at)], member.at))
  }
}
