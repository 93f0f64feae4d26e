import type { BicepFile } from '../bicep/bicep-file.ts'
import { memberOf } from '../bicep/expression.ts'
import { bareBody } from '../deployment/bodies.ts'
import type { Finding } from '../finding.ts'

/** The linter's use-parent-property: a child that repeats the name of a resource of the same file. */
export const parentProblems = (file: BicepFile): Finding[] =>
  file.resources.flatMap(({ type, body, at }) => {
    const ofParent = type.slice(0, type.lastIndexOf('/'))
    const name = memberOf(bareBody(body), 'name')?.text ?? ''
    return file.resources
      .filter((one) => one.type === ofParent)
      .filter((one) => startsWithName(name, memberOf(one.body, 'name')?.text ?? '?'))
      .map((one) => ({
        ...at,
        rule: 'parent',
        says: `${type} spells out its parent: say parent: ${one.name}`,
      }))
  })

const startsWithName = (name: string, parent: string): boolean =>
  name.startsWith(parent.startsWith("'") ? `${parent.slice(0, -1)}/` : `'\${${parent}}/`)
