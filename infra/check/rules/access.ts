import type { Instance } from '../deployment/deployment.ts'
import { memberOf, within } from '../bicep/expression.ts'
import { bareBody } from '../deployment/bodies.ts'
import { at, isAlways } from '../deployment/value.ts'
import type { Finding } from '../finding.ts'
import { assignmentsIn, listedIn } from './assignments.ts'
import { breach, type Rule } from './context.ts'
import { declaredIn } from './resources.ts'

const wrong = breach('access')
const onlyFile = 'infra/modules/access.bicep'
const authorization = /^Microsoft\.Authorization\/role(?:Assignments|Definitions)$/

/** Roles are given on one page only, under names that a second deployment finds again. */
export const oneList: Rule = ({ possible, templates }) => [
  ...declaredIn(templates)
    .filter(({ type, at: where }) => authorization.test(type) && where.file !== onlyFile)
    .map(({ type, at: where }) => wrong(where, `${type} belongs in ${onlyFile}`)),
  ...possible.instances
    .filter(({ type }) => authorization.test(type))
    .flatMap((instance) => [...misnamed(instance), ...wide(instance)]),
]

const misnamed = ({ declaration }: Instance): Finding[] => {
  const name = memberOf(bareBody(declaration.body), 'name')
  const isGuid = name?.kind === 'call' && name.name === 'guid'
  const fits =
    isGuid &&
    (declaration.type.endsWith('Definitions') ||
      (name.args.length === 3 && within(name).some(({ text }) => text.endsWith('.id'))))
  return fits
    ? []
    : [wrong(name?.at ?? declaration.at, 'the name must be guid(scope, principal, role)')]
}

const wide = (instance: Instance): Finding[] => {
  if (!instance.type.endsWith('Assignments')) return []
  const type = at(instance.body, 'properties', 'principalType')
  const scope = at(instance.body, 'scope')
  return [
    ...(isAlways(type, 'ServicePrincipal')
      ? []
      : [wrong(type?.at ?? instance.at, 'principalType must be ServicePrincipal')]),
    ...(scope?.kind === 'reference'
      ? []
      : [wrong(instance.at, 'a role must be on one resource, not on the whole group')]),
  ]
}

/** Every entry of access.json is given, and nothing else is. */
export const listed: Rule = (context) => {
  const entries = listedIn(context)
  const given = assignmentsIn(context)
  const made = new Set(given.filter(({ isSure }) => isSure).map(({ entry }) => entry))
  const where = { file: 'infra/access.json', line: 1 }
  const words = ({ who, on, role, name = '' }: (typeof entries)[number]) =>
    `${role} for ${who} on ${on} ${name}`.trim()
  return [
    ...entries
      .filter((entry) => !made.has(entry))
      .map((entry) => wrong(where, `${words(entry)} is given by no resource`)),
    ...entries
      .filter(({ why }) => why.trim() === '')
      .map((entry) => wrong(where, `${words(entry)} has no reason`)),
    ...given
      .filter(({ entry }) => !entry)
      .map(({ at: there, role, who }) =>
        wrong(there, `${who} gets ${role}, which access.json does not list`),
      ),
  ]
}
