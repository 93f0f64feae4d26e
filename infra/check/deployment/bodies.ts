import type { Expression } from '../bicep/expression.ts'
import { withLocals, type Scope } from './scope.ts'
import { isAlways, itemsOf, literal, type Value } from './value.ts'

/** One object that a body makes, and the conditions it stands behind. */
export type Body = { body: Value; conditions: Value[]; scope: Scope }

/** The objects that a body makes: one, or one for each item of its loop. */
export const bodiesOf = (body: Expression, scope: Scope, conditions: Value[] = []): Body[] => {
  if (body.kind === 'loop') {
    return itemsOf(scope.evaluate(body.source, scope)).flatMap((item, index) => {
      const inner = withLocals(scope, body.names, [item, literal(index, item.at)])
      return bodiesOf(body.body, inner, conditions)
    })
  }
  if (body.kind === 'conditional') {
    const condition = scope.evaluate(body.condition, scope)
    if (isAlways(condition, false)) return []
    return bodiesOf(body.body, scope, [...conditions, condition])
  }
  return [{ body: scope.evaluate(body, scope), conditions, scope }]
}

/** The object inside the loops and conditions of a body. */
export const bareBody = (body: Expression): Expression =>
  body.kind === 'loop' || body.kind === 'conditional' ? bareBody(body.body) : body
