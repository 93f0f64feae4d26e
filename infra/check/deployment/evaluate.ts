import type { Expression } from '../bicep/expression.ts'
import { call } from './functions.ts'
import { lookUp } from './look-up.ts'
import { operation } from './operators.ts'
import { itemOf, memberOf } from './members.ts'
import { withLocals, type Scope } from './scope.ts'
import { either, itemsOf, literal, textOf, unknown, type Value } from './value.ts'

/** What an expression may come to in one deployment of its file. */
export const evaluate = (expression: Expression, scope: Scope): Value => {
  const { at } = expression
  const value = (inner: Expression): Value => evaluate(inner, scope)
  switch (expression.kind) {
    case 'literal':
      return literal(expression.value, at)
    case 'template':
      return filledIn(expression.parts.map(value), at)
    case 'object':
      return objectOf(expression, scope)
    case 'array':
      return { kind: 'array', items: expression.items.map(value), at }
    case 'name':
      return lookUp(expression.name, scope, at)
    case 'member':
      return outputOf(expression, scope) ?? memberOf(expression, scope)
    case 'item':
      return itemOf(expression, scope)
    case 'call':
      return call(expression, scope)
    case 'choice':
      return choice(expression, scope)
    case 'operation':
      return operation(expression.operator, expression.operands.map(value), at)
    case 'loop':
      return { kind: 'array', items: looped(expression, scope), at }
    case 'conditional':
      return value(expression.body)
    default:
      return unknown(expression.text, [], at)
  }
}

/** What the body of a loop comes to for each item. */
export const looped = (
  { names, source, body }: Extract<Expression, { kind: 'loop' }>,
  scope: Scope,
): Value[] =>
  itemsOf(evaluate(source, scope)).map((item, index) =>
    evaluate(body, withLocals(scope, names, [item, literal(index, item.at)])),
  )

const objectOf = (
  { members, at }: Extract<Expression, { kind: 'object' }>,
  scope: Scope,
): Value => ({
  kind: 'object',
  members: new Map(
    members.map(({ name, key, value }) => [
      key ? textOf(evaluate(key, scope)) : name,
      evaluate(value, scope),
    ]),
  ),
  at,
})

const filledIn = (parts: Value[], at: Value['at']): Value => {
  const text = parts.map((part) => (part.kind === 'literal' ? textOf(part) : `{${textOf(part)}}`))
  return parts.every(({ kind }) => kind === 'literal')
    ? literal(text.join(''), at)
    : unknown(text.join(''), parts, at)
}

const choice = (
  { condition, yes, no, at }: Extract<Expression, { kind: 'choice' }>,
  scope: Scope,
): Value => {
  const decided = evaluate(condition, scope)
  if (decided.kind === 'literal') return evaluate(decided.value === true ? yes : no, scope)
  return either([evaluate(yes, scope), evaluate(no, scope)], at)
}

/** `module.outputs.name`, also of a module in a loop. */
const outputOf = (
  { object, name, at }: Extract<Expression, { kind: 'member' }>,
  scope: Scope,
): Value | undefined => {
  if (object.kind !== 'member' || object.name !== 'outputs') return undefined
  const target = object.object.kind === 'item' ? object.object.object : object.object
  if (target.kind !== 'name') return undefined
  const children = scope.children.get(target.name)
  if (!children) return undefined
  const values = children.flatMap((child) => {
    const output = child.file.outputs.find((one) => one.name === name)
    return output ? [evaluate(output.value, child)] : []
  })
  return values.length === 0
    ? unknown(`${target.name}.outputs.${name}`, [], at)
    : either(values, at)
}
