import type { Resource } from '../bicep/bicep-file.ts'
import { bodiesOf } from './bodies.ts'
import { membersOf, textOf, unknown, type Declared, type Value } from './value.ts'

const bodyOf = ({ declaration, scope, index = 0 }: Declared<Resource>): Value | undefined => {
  const bodies = bodiesOf(declaration.body, scope)
  return (bodies[index] ?? bodies[0])?.body
}

/** The name of a resource as it is given. */
export const nameOf = (declared: Declared<Resource>): Value =>
  membersOf(bodyOf(declared)).get('name') ??
  unknown(`${declared.declaration.name}.name`, [], declared.declaration.at)

/** The name with those of the resources it lies in, such as `account/default/grants`. */
export const fullNameOf = (declared: Declared<Resource>, body = bodyOf(declared)): string => {
  const own = textOf(membersOf(body).get('name'))
  const outer = parentOf(declared, body)
  return outer ? `${fullNameOf(outer)}/${own}` : own
}

const parentOf = (
  { declaration, scope }: Declared<Resource>,
  body: Value | undefined,
): Declared<Resource> | undefined => {
  const parent = membersOf(body).get('parent')
  if (parent?.kind === 'reference') return parent.to
  const around = scope.file.resources.find(({ name }) => name === declaration.inside)
  return around && { declaration: around, scope }
}
