import type { Resource } from '../bicep/bicep-file.ts'
import { memberOf, type Expression } from '../bicep/expression.ts'
import type { Scope } from './scope.ts'
import { unknown, type Declared, type Value } from './value.ts'

/** The object inside the loops and conditions of a body. */
export const bareBody = (body: Expression): Expression =>
  body.kind === 'loop' || body.kind === 'conditional' ? bareBody(body.body) : body

/** The name of a resource; of one in a loop only what is the same for each. */
export const nameOf = (
  { declaration, scope }: Declared<Resource>,
  evaluate: (expression: Expression, scope: Scope) => Value,
): Value => {
  const name = memberOf(bareBody(declaration.body), 'name')
  return name ? evaluate(name, scope) : unknown(`${declaration.name}.name`, [], declaration.at)
}
