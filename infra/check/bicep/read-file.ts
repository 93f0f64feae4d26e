import type { At } from '../finding.ts'
import type { BicepFile, Import, Output, Parameter, Resource } from './bicep-file.ts'
import type { Expression } from './expression.ts'
import type { Node, Parse } from './parser.ts'
import { childrenOf, readExpressions } from './read-expression.ts'

type Decorators = ReadonlyMap<string, Expression[]>
type Reading = {
  file: BicepFile
  read: (node: Node) => Expression
  at: (node: Node) => At
}

/** Reads a parsed file into its declarations. */
export const readFile = (path: string, root: Node, parse: Parse): BicepFile => {
  const file = emptyFile(path)
  const at = (node: Node): At => ({ file: path, line: node.startPosition.row + 1 })
  const reading: Reading = { file, read: readExpressions({ path, parse }), at }
  let decorators: Decorators = new Map()
  for (const node of statementsOf(root)) {
    if (node.type === 'decorators') decorators = decoratorsOf(node, reading)
    else {
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

const described = (decorators: Decorators): { description?: string } => {
  const [said] = decorators.get('description') ?? []
  return said?.kind === 'literal' ? { description: String(said.value) } : {}
}

type Declare = (node: Node, reading: Reading, decorators: Decorators) => void

const isType = ({ type }: Node): boolean => type === 'type' || type.endsWith('_type')

const parameter: Declare = (node, { file, read, at }, decorators) => {
  const [name, type, value] = childrenOf(node)
  if (!name) return
  const [allowed] = decorators.get('allowed') ?? []
  const one: Parameter = {
    name: name.text,
    at: at(node),
    ...described(decorators),
    type: type && isType(type) ? type.text : (type?.text ?? ''),
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
    value: read(value),
    isSecure: decorators.has('secure'),
  }
  file.outputs.push(one)
}

const resource: Declare = (node, reading, decorators) =>
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
  file.types.push({ name: name.text, at: at(node), ...described(decorators), text: text.text })
}

const importing: Declare = (node, { file, at }) => {
  const children = childrenOf(node)
  const path = children.find((child) => child.type === 'string')
  if (!path) return
  const names = children.filter((child) => child.type === 'identifier').map(({ text }) => text)
  const one: Import = { names, path: textOf(path), at: at(node) }
  file.imports.push(one)
}

const textOf = (string: Node): string => string.text.replace(/^'|'$/g, '')

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
