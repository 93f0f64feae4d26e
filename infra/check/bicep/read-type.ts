import type { Node } from './parser.ts'
import { childrenOf } from './reader.ts'
import type { Type } from './type.ts'

const any: Type = { kind: 'any' }

/** Reads a type; what this reader does not know is any. */
export const readType = (node: Node | undefined): Type => {
  if (!node) return any
  const [first, ...others] = childrenOf(node)
  switch (node.type) {
    case 'type':
    case 'parenthesized_type':
      return others.length === 0 ? readType(first) : any
    case 'primitive_type':
    case 'identifier':
    case 'compatible_identifier':
      return node.text === 'any' ? any : { kind: 'named', name: node.text }
    case 'array_type':
      return { kind: 'list', of: readType(first) }
    case 'nullable_type':
      return { kind: 'nullable', of: readType(first) }
    case 'union_type':
      return choiceOf(childrenOf(node))
    case 'object':
      return objectOf(childrenOf(node))
    default:
      return any
  }
}

const choiceOf = (nodes: readonly Node[]): Type => {
  const literals = nodes.map(literalOf)
  const known = literals.filter((one) => one !== undefined)
  return known.length === nodes.length ? { kind: 'choice', of: known } : any
}

const literalOf = ({ type, text }: Node): string | number | boolean | undefined => {
  if (type === 'string') return text.slice(1, -1)
  if (type === 'number') return Number(text)
  return type === 'boolean' ? text === 'true' : undefined
}

const objectOf = (nodes: readonly Node[]): Type => {
  const members = nodes.flatMap((node) => {
    const [key, type] = childrenOf(node)
    if (node.type !== 'object_property' || !key) return []
    return [[key.text.replace(/^'|'$/g, ''), readType(type)] as const]
  })
  const hasOthers = members.length < nodes.length
  return hasOthers ? any : { kind: 'object', members: new Map(members) }
}
