import type { At } from '../finding.ts'
import type { BicepFile, Import, Output, Parameter } from './bicep-file.ts'
import type { Node, Parse } from './parser.ts'
import { readExpressions } from './read-expression.ts'
import { resource } from './read-resource.ts'
import { readType } from './read-type.ts'
import { childrenOf } from './reader.ts'
import { described, textOf, type Declare, type Decorators, type Reading } from './declare.ts'

/** Reads a parsed file into its declarations. */
export const readFile = (path: string, root: Node, parse: Parse): BicepFile => {
  const file = emptyFile(path)
  const at = (node: Node): At => ({ file: path, line: node.startPosition.row + 1 })
  const reading: Reading = { file, read: readExpressions({ path, parse }), at }
  let decorators: Decorators = new Map()
  for (const node of statementsOf(root)) {
    if (node.type === 'decorators') {
      decorators = decoratorsOf(node, reading)
      file.decorators.push(...[...decorators.keys()].map((name) => ({ name, at: at(node) })))
    } else {
      declarations[node.type]?.(node, reading, decorators)
      decorators = new Map()
    }
  }
  return file
}

const emptyFile = (path: string): BicepFile => ({
  path,
  scope: 'resourceGroup',
  parameters: [],
  variables: [],
  resources: [],
  modules: [],
  outputs: [],
  functions: [],
  types: [],
  imports: [],
  decorators: [],
})

const statementsOf = (root: Node): Node[] =>
  root.namedChildren.filter(({ type }) => !type.includes('comment'))

const decoratorsOf = (node: Node, { read }: Reading): Decorators =>
  new Map(
    childrenOf(node).flatMap((decorator) => {
      const [inner] = childrenOf(decorator)
      const call = inner && read(inner)
      return call?.kind === 'call' ? [[call.name, call.args] as const] : []
    }),
  )

const parameter: Declare = (node, { file, read, at }, decorators) => {
  const [name, type, value] = childrenOf(node)
  if (!name) return
  const [allowed] = decorators.get('allowed') ?? []
  const one: Parameter = {
    name: name.text,
    at: at(node),
    ...described(decorators),
    type: type?.text ?? '',
    takes: readType(type),
    ...(value && { value: read(value) }),
    ...(allowed && { allowed }),
    isSecure: decorators.has('secure'),
  }
  file.parameters.push(one)
}

const variable: Declare = (node, { file, read, at }, decorators) => {
  const [name, value] = childrenOf(node)
  if (!name || !value) return
  file.variables.push({
    name: name.text,
    at: at(node),
    ...described(decorators),
    value: read(value),
  })
}

const output: Declare = (node, { file, read, at }, decorators) => {
  const [name, type, value] = childrenOf(node)
  if (!name || !type || !value) return
  const one: Output = {
    name: name.text,
    at: at(node),
    ...described(decorators),
    type: type.text,
    gives: readType(type),
    value: read(value),
    isSecure: decorators.has('secure'),
  }
  file.outputs.push(one)
}

const module: Declare = (node, { file, read, at }, decorators) => {
  const [name, path, body] = childrenOf(node)
  if (!name || !path || !body) return
  const head = { name: name.text, at: at(node), ...described(decorators) }
  file.modules.push({ ...head, path: textOf(path), body: read(body) })
}

const userFunction: Declare = (node, { file, read, at }, decorators) => {
  const [name, parameters, , body] = childrenOf(node)
  if (!name || !parameters || !body) return
  const names = childrenOf(parameters).map((one) => childrenOf(one)[0]?.text ?? '')
  const head = { name: name.text, at: at(node), ...described(decorators) }
  file.functions.push({ ...head, names, body: read(body) })
}

const type: Declare = (node, { file, at }, decorators) => {
  const [name, text] = childrenOf(node)
  if (!name || !text) return
  const head = { name: name.text, at: at(node), ...described(decorators) }
  file.types.push({ ...head, text: text.text, is: readType(text) })
}

const importing: Declare = (node, { file, at }) => {
  const children = childrenOf(node)
  const path = children.find((child) => child.type === 'string')
  if (!path) return
  const names = children.filter((child) => child.type === 'identifier').map(({ text }) => text)
  const one: Import = { names, path: textOf(path), at: at(node) }
  file.imports.push(one)
}

const declarations: Record<string, Declare> = {
  parameter_declaration: parameter,
  variable_declaration: variable,
  output_declaration: output,
  resource_declaration: resource,
  module_declaration: module,
  user_defined_function: userFunction,
  type_declaration: type,
  import_functionality: importing,
  target_scope_assignment: (node, { file }) => {
    const [scope] = childrenOf(node)
    if (scope) file.scope = textOf(scope)
  },
}
