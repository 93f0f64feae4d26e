import type { At } from '../finding.ts'
import type { Expression } from './expression.ts'
import type { Type } from './type.ts'

type Declared = { name: string; at: At; description?: string }

export type Parameter = Declared & {
  /** As written, such as `string`, `object[]`, `string?`. */
  type: string
  takes: Type
  value?: Expression
  allowed?: Expression
  isSecure: boolean
}

export type Variable = Declared & { value: Expression }

export type Output = Declared & { type: string; gives: Type; value: Expression; isSecure: boolean }

export type Resource = Declared & {
  type: string
  apiVersion: string
  isExisting: boolean
  /** The object itself, or the loop or condition around it. */
  body: Expression
  /** The resource it is written inside of. */
  inside?: string
}

export type Module = Declared & { path: string; body: Expression }

export type UserFunction = Declared & { names: string[]; body: Expression }

export type Import = { names: string[]; path: string; at: At }

/** One .bicep file, read. */
export type BicepFile = {
  path: string
  scope: string
  parameters: Parameter[]
  variables: Variable[]
  resources: Resource[]
  modules: Module[]
  outputs: Output[]
  functions: UserFunction[]
  types: (Declared & { text: string; is: Type })[]
  imports: Import[]
  decorators: { name: string; at: At }[]
}
