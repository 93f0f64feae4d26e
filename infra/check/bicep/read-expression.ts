import type { At } from '../finding.ts'
import type { Expression, Member } from './expression.ts'
import type { Node, Parse } from './parser.ts'
import { hoisted, joined, onTail } from './regroup.ts'

type Read = (node: Node) => Expression

type File = { path: string; parse: Parse; linesBefore?: number }

/** Reads the expressions of one file. */
export const readExpressions = (file: File): Read => {
  const read: Read = (node) => {
    const reader = node.type === 'array' ? array(file) : readers[node.type]
    return reader ? reader(node, read, headOf(file, node)) : other(file, node)
  }
  return read
}

/** The named children that are no comment. */
export const childrenOf = (node: Node): Node[] =>
  node.namedChildren.filter(({ type }) => !type.includes('comment') && type !== 'decorators')

type Head = { at: At; text: string }
type Reader = (node: Node, read: Read, head: Head) => Expression

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

const literal =
  (value: (text: string) => string | number | boolean | null): Reader =>
  (node, _read, head) => ({ ...head, kind: 'literal', value: value(node.text) })

const only: Reader = (node, read, head) => {
  const [child] = childrenOf(node)
  return child ? read(child) : { ...head, kind: 'literal', value: null }
}

const fieldOf = (node: Node, name: string): Node => {
  const child = node.childForFieldName(name)
  if (!child) throw new Error(`${node.type} without ${name}: ${node.text}`)
  return child
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' }

const string: Reader = (node, read, head) => {
  if (node.text.startsWith(`'''`)) {
    return { ...head, kind: 'literal', value: node.text.slice(3, -3).replace(/^\r?\n/, '') }
  }
  const parts = childrenOf(node).map((child): Expression => {
    if (child.type === 'interpolation') return read(child)
    const { text } = child
    const value =
      child.type === 'escape_sequence' ? (escapes[text[1] ?? ''] ?? text.slice(1)) : text
    return { ...head, text, kind: 'literal', value }
  })
  const texts = parts.flatMap((part) => (part.kind === 'literal' ? [String(part.value)] : []))
  const isPlain = childrenOf(node).every(({ type }) => type !== 'interpolation')
  if (isPlain) return { ...head, kind: 'literal', value: texts.join('') }
  return { ...head, kind: 'template', parts }
}

const object: Reader = (node, read, head) => ({
  ...head,
  kind: 'object',
  members: childrenOf(node).flatMap((property) => memberFrom(property, read)),
})

// A nested resource is a property without a value: the file's reader takes it.
const memberFrom = (property: Node, read: Read): Member[] => {
  const [key, value] = childrenOf(property)
  if (property.type !== 'object_property' || !key || !value) return []
  const name = read(key)
  const text = name.kind === 'literal' ? String(name.value) : name.text
  return [{ name: text, value: read(value), at: name.at }]
}

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

const member: Reader = (node, read, { at }) => {
  const name = fieldOf(node, 'property').text
  return onTail(read(fieldOf(node, 'object')), (object) => ({
    at,
    text: `${object.text}.${name}`,
    kind: 'member',
    object,
    name,
  }))
}

const item: Reader = (node, read, { at }) => {
  const index = read(fieldOf(node, 'index'))
  return onTail(read(fieldOf(node, 'object')), (object) => ({
    at,
    text: `${object.text}[${index.text}]`,
    kind: 'item',
    object,
    index,
  }))
}

const call: Reader = (node, read, head) => {
  const target = fieldOf(node, 'function')
  const name = target.type === 'member_expression' ? fieldOf(target, 'property').text : target.text
  return { ...head, kind: 'call', name, args: childrenOf(fieldOf(node, 'arguments')).map(read) }
}

const choice: Reader = (node, read, head) => {
  const yes = read(fieldOf(node, 'consequence'))
  const no = read(fieldOf(node, 'alternative'))
  return hoisted(read(fieldOf(node, 'condition')), (condition) => ({
    ...head,
    kind: 'choice',
    condition,
    yes,
    no,
  }))
}

const binary: Reader = (node, read, head) => {
  const operator = fieldOf(node, 'operator').text
  const right = read(fieldOf(node, 'right'))
  return hoisted(read(fieldOf(node, 'left')), (left) => joined({ head, operator, left, right }))
}

const unary: Reader = (node, read, head) => ({
  ...head,
  kind: 'operation',
  operator: fieldOf(node, 'operator').text,
  operands: [read(fieldOf(node, 'argument'))],
})

const loop: Reader = (node, read, head) => {
  const body = fieldOf(node, 'body')
  const rest = childrenOf(node).filter(({ id }) => id !== body.id)
  const [variables, source] = rest
  if (!variables || !source) throw new Error(`a loop without a source: ${node.text}`)
  const names =
    variables.type === 'for_loop_parameters'
      ? childrenOf(variables).map(({ text }) => text)
      : [variables.text]
  return { ...head, kind: 'loop', names, source: read(source), body: read(body) }
}

const conditional: Reader = (node, read, head) => {
  const [condition, body] = childrenOf(node)
  if (!condition || !body) throw new Error(`a condition without a body: ${node.text}`)
  return { ...head, kind: 'conditional', condition: read(condition), body: read(body) }
}

const lambda: Reader = (node, read, head) => {
  const [variables, body] = childrenOf(node)
  if (!variables || !body) throw new Error(`a function without a body: ${node.text}`)
  const names =
    variables.type === 'identifier'
      ? [variables.text]
      : childrenOf(variables).map(({ text }) => text)
  return { ...head, kind: 'lambda', names, body: read(body) }
}

const readers: Record<string, Reader> = {
  string,
  object,
  number: literal(Number),
  boolean: literal((text) => text === 'true'),
  null: literal(() => null),
  identifier: (node, _read, head) => ({ ...head, kind: 'name', name: node.text }),
  member_expression: member,
  subscript_expression: item,
  call_expression: call,
  ternary_expression: choice,
  binary_expression: binary,
  unary_expression: unary,
  parenthesized_expression: (node, read, head) => ({ ...only(node, read, head), isClosed: true }),
  interpolation: only,
  for_statement: loop,
  if_statement: conditional,
  lambda_expression: lambda,
}
