import type { Expression } from './expression.ts'
import type { Node, Parse } from './parser.ts'
import { operationReaders } from './read-operations.ts'
import { valueReaders } from './read-values.ts'
import { childrenOf, type Head, type Read, type Reader } from './reader.ts'

type File = { path: string; parse: Parse; linesBefore?: number }

const readers: Record<string, Reader> = { ...valueReaders, ...operationReaders }

/** Reads the expressions of one file. */
export const readExpressions = (file: File): Read => {
  const read: Read = (node) => {
    const reader = node.type === 'array' ? array(file) : readers[node.type]
    return reader ? reader(node, read, headOf(file, node)) : other(file, node)
  }
  return read
}

const headOf = ({ path, linesBefore = 0 }: File, node: Node): Head => ({
  at: { file: path, line: linesBefore + node.startPosition.row + 1 },
  text: node.text,
})

// What this reader does not know stands as a name that nothing resolves, so that it is noticed.
const other = (file: File, node: Node): Expression => ({
  ...headOf(file, node),
  kind: 'name',
  name: node.text,
})

// The grammar takes `[f(a).b]` for two items, `f` and `(a).b`: what touches is read again as one.
const array =
  (file: File): Reader =>
  (node, read, head) => ({
    ...head,
    kind: 'array',
    items: touching(childrenOf(node)).map((group) => {
      const [first, ...others] = group
      if (!first) throw new Error(`an empty item: ${node.text}`)
      if (others.length === 0) return read(first)
      const text = group.map((one) => one.text).join('')
      const again = childrenOf(file.parse(`var item = ${text}\n`))[0]
      const value = again && childrenOf(again)[1]
      const linesBefore = (file.linesBefore ?? 0) + first.startPosition.row
      return value ? readExpressions({ ...file, linesBefore })(value) : other(file, first)
    }),
  })

const touching = (nodes: readonly Node[]): Node[][] => {
  const groups: Node[][] = []
  for (const node of nodes) {
    const group = groups.at(-1)
    if (group?.at(-1)?.endIndex === node.startIndex) group?.push(node)
    else groups.push([node])
  }
  return groups
}
