import type { BicepFile } from '../bicep/bicep-file.ts'
import type { Expression } from '../bicep/expression.ts'
import type { Templates } from '../bicep/templates.ts'
import type { Finding } from '../finding.ts'
import type { Value } from './value.ts'

/** One deployment of one file: the same module deployed twice has two. */
export type Scope = {
  file: BicepFile
  /** What an expression comes to; here, so that each kind of expression can stand in a file of its own. */
  evaluate: (expression: Expression, scope: Scope) => Value
  templates: Templates
  /** From main.bicep, the names of the modules down to here. */
  path: readonly string[]
  parameters: ReadonlyMap<string, Value>
  /** Variables of loops and lambdas. */
  locals: ReadonlyMap<string, Value>
  /** Variables already computed; shared by the scopes of one deployment. */
  computed: Map<string, Value>
  /** Modules already expanded; shared in the same way. */
  children: Map<string, Scope[]>
  /** What evaluating has found wrong; shared by all scopes. */
  problems: Finding[]
}

/** The same deployment, within a loop or lambda. */
export const withLocals = (
  scope: Scope,
  names: readonly string[],
  values: readonly Value[],
): Scope => ({
  ...scope,
  locals: new Map([
    ...scope.locals,
    ...names.flatMap((name, index) => {
      const value = values[index]
      return value ? [[name, value] as const] : []
    }),
  ]),
})
