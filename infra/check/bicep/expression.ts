import type { At } from '../finding.ts'

/** A member of an object; `key` is there where its name is made up of others. */
export type Member = { name: string; key?: Expression; value: Expression; at: At }

/** An expression of Bicep as it is written; nothing is computed yet. */
export type Expression = {
  at: At
  text: string
  /** Written in parentheses. */
  isClosed?: true
} & (
  | { kind: 'literal'; value: string | number | boolean | null }
  /** A string with parts to fill in. */
  | { kind: 'template'; parts: Expression[] }
  | { kind: 'object'; members: Member[] }
  | { kind: 'array'; items: Expression[] }
  | { kind: 'name'; name: string }
  /** `isSafe`: written `.?`, so that nothing may be there. */
  | { kind: 'member'; object: Expression; name: string; isSafe?: true }
  | { kind: 'item'; object: Expression; index: Expression }
  | { kind: 'call'; name: string; args: Expression[] }
  | { kind: 'choice'; condition: Expression; yes: Expression; no: Expression }
  | { kind: 'operation'; operator: string; operands: Expression[] }
  | { kind: 'loop'; names: string[]; source: Expression; body: Expression }
  /** The body of a resource, module or loop that stands behind `if`. */
  | { kind: 'conditional'; condition: Expression; body: Expression }
  | { kind: 'lambda'; names: string[]; body: Expression }
)

/** The expressions directly inside one. */
export const partsOf = (expression: Expression): Expression[] => {
  switch (expression.kind) {
    case 'literal':
    case 'name':
      return []
    case 'template':
      return expression.parts
    case 'object':
      return expression.members.flatMap(({ key, value }) => (key ? [key, value] : [value]))
    case 'array':
      return expression.items
    case 'member':
      return [expression.object]
    case 'item':
      return [expression.object, expression.index]
    case 'call':
      return expression.args
    case 'choice':
      return [expression.condition, expression.yes, expression.no]
    case 'operation':
      return expression.operands
    case 'loop':
      return [expression.source, expression.body]
    case 'conditional':
      return [expression.condition, expression.body]
    default:
      return [expression.body]
  }
}

/** An expression and everything inside it. */
export const within = (expression: Expression): Expression[] => [
  expression,
  ...partsOf(expression).flatMap(within),
]

/** The value of a member of an object as written. */
export const memberOf = (expression: Expression, name: string): Expression | undefined =>
  expression.kind === 'object'
    ? expression.members.find((member) => member.name === name)?.value
    : undefined
