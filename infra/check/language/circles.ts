import type { BicepFile, Variable } from '../bicep/bicep-file.ts'
import { within } from '../bicep/expression.ts'
import type { Finding } from '../finding.ts'

/** Variables that are made from themselves, which the compiler refuses. */
export const circles = ({ variables }: BicepFile): Finding[] => {
  const named = ({ value }: Variable): Variable[] => {
    const names = within(value).flatMap((part) => (part.kind === 'name' ? [part.name] : []))
    return variables.filter(({ name }) => names.includes(name))
  }
  const reaches = (from: Variable, seen: Set<Variable>): Set<Variable> => {
    for (const next of named(from)) {
      if (seen.has(next)) continue
      seen.add(next)
      reaches(next, seen)
    }
    return seen
  }
  return variables
    .filter((one) => reaches(one, new Set()).has(one))
    .map(({ name, at }) => ({ ...at, rule: 'symbol', says: `${name} is made from itself` }))
}
