import type { At } from '../finding.ts'
import { literal, textOf, unknown, type Value } from './value.ts'

/** An operator on values; what either side leaves open stays open. */
export const operation = (operator: string, operands: Value[], at: At): Value => {
  const [left, right] = operands
  if (!left) return unknown(operator, operands, at)
  if (!right) return unary(operator, left, at)
  const lone = oneSided(operator, left, right)
  if (lone) return lone
  if (left.kind !== 'literal' || right.kind !== 'literal') {
    return unknown(`${textOf(left)} ${operator} ${textOf(right)}`, operands, at)
  }
  return literal(both[operator]?.(left.value, right.value) ?? null, at)
}

const unary = (operator: string, { kind, ...rest }: Value, at: At): Value =>
  kind === 'literal' && 'value' in rest
    ? literal(operator === '!' ? rest.value !== true : -Number(rest.value), at)
    : unknown(`${operator}${'text' in rest ? rest.text : '...'}`, [], at)

// One side may settle it: `false && x`, `true || x`, `known ?? x`.
const oneSided = (operator: string, left: Value, right: Value): Value | undefined => {
  const settles = operator === '&&' ? false : operator === '||' ? true : undefined
  const sides = [left, right]
  if (settles !== undefined) {
    return sides.find((side) => side.kind === 'literal' && side.value === settles)
  }
  if (operator !== '??') return undefined
  if (left.kind === 'literal') return left.value === null ? right : left
  return left.kind === 'object' || left.kind === 'array' ? left : undefined
}

type Plain = string | number | boolean | null

const both: Record<string, (left: Plain, right: Plain) => Plain> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '=~': (left, right) => String(left).toLowerCase() === String(right).toLowerCase(),
  '!~': (left, right) => String(left).toLowerCase() !== String(right).toLowerCase(),
  '&&': (left, right) => left === true && right === true,
  '||': (left, right) => left === true || right === true,
  '<': (left, right) => Number(left) < Number(right),
  '>': (left, right) => Number(left) > Number(right),
  '<=': (left, right) => Number(left) <= Number(right),
  '>=': (left, right) => Number(left) >= Number(right),
  '+': (left, right) => Number(left) + Number(right),
  '-': (left, right) => Number(left) - Number(right),
  '*': (left, right) => Number(left) * Number(right),
  '/': (left, right) => Math.trunc(Number(left) / Number(right)),
  '%': (left, right) => Number(left) % Number(right),
}
