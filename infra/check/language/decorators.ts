import type { BicepFile } from '../bicep/bicep-file.ts'
import type { Finding } from '../finding.ts'

const known = new Set(
  [
    'allowed batchSize description discriminator export maxLength maxValue metadata minLength',
    'minValue sealed secure',
  ].flatMap((line) => line.split(' ')),
)

/** Decorators that nothing reads: one that is mistyped guards nothing. */
export const decoratorProblems = ({ decorators }: BicepFile): Finding[] =>
  decorators
    .filter(({ name }) => !known.has(name))
    .map(({ name, at }) => ({ ...at, rule: 'symbol', says: `there is no decorator @${name}` }))
