import { childrenOf, fieldOf, only, type Reader } from './reader.ts'
import { hoisted, joined, onTail } from './regroup.ts'

const member: Reader = (node, read, { at }) => {
  const name = fieldOf(node, 'property').text
  const isSafe = node.children.some(({ type }) => type === '.?')
  return onTail(read(fieldOf(node, 'object')), (object) => ({
    at,
    text: `${object.text}${isSafe ? '.?' : '.'}${name}`,
    kind: 'member',
    object,
    name,
    ...(isSafe && { isSafe }),
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

/** Readers of what is made from other expressions. */
export const operationReaders: Record<string, Reader> = {
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
