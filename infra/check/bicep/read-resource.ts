import type { Resource } from './bicep-file.ts'
import { described, textOf, type Declare, type Decorators, type Reading } from './declare.ts'
import type { Node } from './parser.ts'
import { childrenOf } from './reader.ts'

/** Reads a resource, and those written inside it. */
export const resource: Declare = (node, reading, decorators) =>
  declareResource(node, reading, { decorators })

type Around = { decorators: Decorators; parent?: Resource }

const declareResource = (node: Node, reading: Reading, { decorators, parent }: Around): void => {
  const [name, type, body] = childrenOf(node)
  if (!name || !type || !body) return
  const [typeName = '', apiVersion = parent?.apiVersion ?? ''] = textOf(type).split('@')
  const one: Resource = {
    name: name.text,
    at: reading.at(node),
    ...described(decorators),
    type: parent ? `${parent.type}/${typeName}` : typeName,
    apiVersion,
    isExisting: node.children.some((child) => child.type === 'existing'),
    body: reading.read(body),
    ...(parent && { inside: parent.name }),
  }
  reading.file.resources.push(one)
  for (const nested of nestedIn(body)) {
    declareResource(nested, reading, { decorators: new Map(), parent: one })
  }
}

const nestedIn = (body: Node): Node[] =>
  body.type === 'object'
    ? childrenOf(body)
        .flatMap(childrenOf)
        .filter(({ type }) => type === 'resource_declaration')
    : childrenOf(body).flatMap(nestedIn)
