import type { Expression } from './expression.ts'

// The grammar reads `a == b && c.d == e` as `((a == b && c).d) == e`, and `x => x.y` as `(x => x).y`.
// What follows puts such expressions together the way Bicep means them. What was written in
// parentheses is left alone.

type Around = (inner: Expression) => Expression

/** Applies `.name` or `[index]` to the last operand of what stands before it. */
export const onTail = (before: Expression, around: Around): Expression => {
  if (before.isClosed) return around(before)
  switch (before.kind) {
    case 'operation': {
      const last = before.operands.at(-1)
      if (!last) return around(before)
      return { ...before, operands: [...before.operands.slice(0, -1), onTail(last, around)] }
    }
    case 'choice':
      return { ...before, no: onTail(before.no, around) }
    case 'lambda':
      return { ...before, body: onTail(before.body, around) }
    default:
      return around(before)
  }
}

/** Takes a lambda that stands at the left of an operator around the whole. */
export const hoisted = (left: Expression, around: Around): Expression =>
  left.kind === 'lambda' && !left.isClosed
    ? { ...left, body: hoisted(left.body, around) }
    : around(left)

const strengths: readonly (readonly string[])[] = [
  ['??'],
  ['||'],
  ['&&'],
  ['==', '!=', '=~', '!~'],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
]
const strengthOf = (operator: string): number =>
  strengths.findIndex((level) => level.includes(operator))

type Joined = {
  head: Pick<Expression, 'at' | 'text'>
  operator: string
  left: Expression
  right: Expression
}

/** An operator between two expressions; a weaker one at the left keeps its own left side. */
export const joined = ({ head, operator, left, right }: Joined): Expression => {
  if (left.kind === 'operation' && !left.isClosed) {
    const [first, second] = left.operands
    const isWeaker = strengthOf(left.operator) < strengthOf(operator)
    if (first && second && isWeaker) {
      return { ...left, operands: [first, joined({ head, operator, left: second, right })] }
    }
  }
  return { ...head, kind: 'operation', operator, operands: [left, right] }
}
