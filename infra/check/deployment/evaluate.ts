import type { Expression } from '../bicep/expression.ts'
import { call } from './functions.ts'
import { lookUp } from './look-up.ts'
import { operation } from './operators.ts'
import { nameOf } from './resource-name.ts'
import { withLocals, type Scope } from './scope.ts'
import {
  either,
  itemsOf,
  literal,
  membersOf,
  optionsOf,
  textOf,
  unknown,
  type Value,
} from './value.ts'

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
      return outputOf(expression, scope) ?? memberValue(value(expression.object), expression.name)
    case 'item':
      return itemValue(value(expression.object), value(expression.index))
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
  members: new Map(members.map((one) => [one.name, evaluate(one.value, scope)])),
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

const memberValue = (object: Value, name: string): Value => {
  const options = optionsOf(object).map((option): Value => {
    if (option.kind === 'object') return membersOf(option).get(name) ?? literal(null, option.at)
    if (option.kind !== 'reference')
      return unknown(`${textOf(option)}.${name}`, [option], option.at)
    if (name === 'name' && option.path.length === 0) return nameOf(option.to)
    return { ...option, path: [...option.path, name] }
  })
  return either(options, object.at)
}

const itemValue = (object: Value, index: Value): Value => {
  const options = optionsOf(object).map((option): Value => {
    if (option.kind === 'reference') {
      const which = index.kind === 'literal' && typeof index.value === 'number'
      return which ? { ...option, to: { ...option.to, index: Number(index.value) } } : option
    }
    if (index.kind === 'literal' && typeof index.value === 'string') {
      return memberValue(option, index.value)
    }
    if (option.kind === 'array' && index.kind === 'literal') {
      return option.items[Number(index.value)] ?? literal(null, option.at)
    }
    if (option.kind === 'array') return either(option.items, option.at)
    if (option.kind === 'object') return either([...option.members.values()], option.at)
    return unknown(`${textOf(option)}[${textOf(index)}]`, [option, index], option.at)
  })
  return either(options, object.at)
}
