import type { At } from '../finding.ts'
import type { Expression } from './expression.ts'
import type { Node } from './parser.ts'

export type Read = (node: Node) => Expression
export type Head = { at: At; text: string }

/** Reads one kind of node; `read` reads what is inside it. */
export type Reader = (node: Node, read: Read, head: Head) => Expression

/** The named children that are no comment. */
export const childrenOf = (node: Node): Node[] =>
  node.namedChildren.filter(({ type }) => !type.includes('comment') && type !== 'decorators')

/** The child that the grammar names so. */
export const fieldOf = (node: Node, name: string): Node => {
  const child = node.childForFieldName(name)
  if (!child) throw new Error(`${node.type} without ${name}: ${node.text}`)
  return child
}

/** The one thing inside. */
export const only: Reader = (node, read, head) => {
  const [child] = childrenOf(node)
  return child ? read(child) : { ...head, kind: 'literal', value: null }
}
