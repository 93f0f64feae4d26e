import type { At } from '../finding.ts'
import type { BicepFile } from './bicep-file.ts'
import type { Expression } from './expression.ts'
import type { Node } from './parser.ts'

/** What stands before a declaration, such as `@description('...')`, by name. */
export type Decorators = ReadonlyMap<string, Expression[]>

/** A file while it is read. */
export type Reading = {
  file: BicepFile
  read: (node: Node) => Expression
  at: (node: Node) => At
}

/** Adds one declaration to the file. */
export type Declare = (node: Node, reading: Reading, decorators: Decorators) => void

/** The declaration's description. */
export const described = (decorators: Decorators): { description?: string } => {
  const [said] = decorators.get('description') ?? []
  return said?.kind === 'literal' ? { description: String(said.value) } : {}
}

/** The text of a plain string. */
export const textOf = (string: Node): string => string.text.replace(/^'|'$/g, '')
