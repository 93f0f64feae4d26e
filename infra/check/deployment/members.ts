import type { Expression } from '../bicep/expression.ts'
import { nameOf } from './resource-name.ts'
import type { Scope } from './scope.ts'
import { either, literal, optionsOf, textOf, unknown, type Value } from './value.ts'

type MemberExpression = Extract<Expression, { kind: 'member' }>
type ItemExpression = Extract<Expression, { kind: 'item' }>

/** `object.name`; that no outcome of the object has such a member is a problem, but for `.?`. */
export const memberOf = (expression: MemberExpression, scope: Scope): Value => {
  const { name, isSafe } = expression
  const object = scope.evaluate(expression.object, scope)
  if (isSafe !== true) noteAbsent({ expression, object, name }, scope)
  return memberValue(object, name)
}

type Asked = { expression: Expression; object: Value; name: string }

const noteAbsent = ({ expression, object, name }: Asked, { problems }: Scope): void => {
  const options = optionsOf(object)
  const isAbsent = options.every((one) => one.kind === 'object' && !one.members.has(name))
  if (!isAbsent || options.length === 0) return
  problems.push({ ...expression.at, rule: 'symbol', says: `${expression.text} is nowhere` })
}

const memberValue = (object: Value, name: string): Value => {
  const options = optionsOf(object).map((option): Value => {
    if (option.kind === 'object') return option.members.get(name) ?? literal(null, option.at)
    if (option.kind !== 'reference')
      return unknown(`${textOf(option)}.${name}`, [option], option.at)
    if (name === 'name' && option.path.length === 0) return nameOf(option.to)
    return { ...option, path: [...option.path, name] }
  })
  return either(options, object.at)
}

/** `list[index]`, `object['name']`, and one of the resources that a loop makes. */
export const itemOf = (expression: ItemExpression, scope: Scope): Value => {
  const object = scope.evaluate(expression.object, scope)
  const index = scope.evaluate(expression.index, scope)
  const known = index.kind === 'literal' ? index.value : undefined
  if (typeof known === 'string') noteAbsent({ expression, object, name: known }, scope)
  const options = optionsOf(object).map((option): Value => {
    if (option.kind === 'reference') {
      return typeof known === 'number' ? { ...option, to: { ...option.to, index: known } } : option
    }
    if (typeof known === 'string') return memberValue(option, known)
    if (option.kind === 'array' && index.kind === 'literal') {
      return option.items[Number(known)] ?? literal(null, option.at)
    }
    if (option.kind === 'array') return either(option.items, option.at)
    if (option.kind === 'object') return either([...option.members.values()], option.at)
    return unknown(`${textOf(option)}[${textOf(index)}]`, [option, index], option.at)
  })
  return either(options, object.at)
}
