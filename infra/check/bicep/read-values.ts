import type { Expression, Member } from './expression.ts'
import type { Node } from './parser.ts'
import { childrenOf, type Read, type Reader } from './reader.ts'

const literal =
  (value: (text: string) => string | number | boolean | null): Reader =>
  (node, _read, head) => ({ ...head, kind: 'literal', value: value(node.text) })

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

const objectReader: Reader = (node, read, head) => ({
  ...head,
  kind: 'object',
  members: childrenOf(node).flatMap((property) => memberFrom(property, read)),
})

// A nested resource is a property without a value: the file's reader takes it.
const memberFrom = (property: Node, read: Read): Member[] => {
  const [key, value] = childrenOf(property)
  if (property.type !== 'object_property' || !key || !value) return []
  const name = read(key)
  if (name.kind === 'template') {
    return [{ name: name.text, key: name, value: read(value), at: name.at }]
  }
  const text = name.kind === 'literal' ? String(name.value) : name.text
  return [{ name: text, value: read(value), at: name.at }]
}

/** Readers of what stands for itself. */
export const valueReaders: Record<string, Reader> = {
  string,
  object: objectReader,
  number: literal(Number),
  boolean: literal((text) => text === 'true'),
  null: literal(() => null),
  identifier: (node, _read, head) => ({ ...head, kind: 'name', name: node.text }),
}
