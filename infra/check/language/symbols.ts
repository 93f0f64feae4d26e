import type { BicepFile } from '../bicep/bicep-file.ts'
import { partsOf, type Expression } from '../bicep/expression.ts'
import { pathFrom, type Templates } from '../bicep/templates.ts'
import { namesInType } from '../bicep/type.ts'
import { circles } from './circles.ts'
import type { At, Finding } from '../finding.ts'
import { knownFunctions } from './known-functions.ts'

/** Names that nothing declares, that are declared twice, or that nothing uses. */
export const symbolProblems = (file: BicepFile, templates: Templates): Finding[] => {
  const expressions = expressionsOf(file)
  const used = expressions.flatMap((one) => namesIn(one, new Set()))
  const declared = declaredIn(file)
  const known = new Set([...declared.map(({ name }) => name), 'az', 'sys'])
  return [
    ...used
      .filter(({ name }) => !known.has(name))
      .map(({ name, at }) => problem(at, 'symbol', `nothing declares ${name}`)),
    ...repeated(declared),
    ...unused(file, new Set(used.map(({ name }) => name))),
    ...expressions.flatMap((one) => callProblems(one, file)),
    ...expressions.flatMap((one) => outputProblems(one, { file, templates })),
    ...importProblems(file, templates),
    ...typeNameProblems(file),
    ...circles(file),
  ]
}

const problem = (at: At, rule: string, says: string): Finding => ({ ...at, rule, says })

type Used = { name: string; at: At }

/** Every expression of a file, at its top. */
export const expressionsOf = (file: BicepFile): Expression[] => [
  ...file.parameters.flatMap(({ value }) => (value ? [value] : [])),
  ...file.variables.map(({ value }) => value),
  ...file.resources.map(({ body }) => body),
  ...file.modules.map(({ body }) => body),
  ...file.outputs.map(({ value }) => value),
  ...file.functions.map(({ names, body, at }): Expression => ({
    kind: 'lambda',
    names,
    body,
    at,
    text: '',
  })),
]

const declaredIn = (file: BicepFile): Used[] => [
  ...file.parameters,
  ...file.variables,
  ...file.resources,
  ...file.modules,
  ...file.functions,
  ...file.types,
  ...file.imports.flatMap(({ names, at }) => names.map((name) => ({ name, at }))),
]

const namesIn = (expression: Expression, locals: ReadonlySet<string>): Used[] => {
  if (expression.kind === 'name') {
    return locals.has(expression.name) ? [] : [{ name: expression.name, at: expression.at }]
  }
  const inner =
    expression.kind === 'loop' || expression.kind === 'lambda'
      ? new Set([...locals, ...expression.names])
      : locals
  const called = expression.kind === 'call' ? [{ name: expression.name, at: expression.at }] : []
  return [
    ...called.filter(({ name }) => !knownFunctions.has(name)),
    ...partsOf(expression).flatMap((part) => namesIn(part, inner)),
  ]
}

const repeated = (declared: readonly Used[]): Finding[] =>
  declared
    .filter(({ name }, index) => declared.findIndex((one) => one.name === name) < index)
    .map(({ name, at }) => problem(at, 'symbol', `${name} is declared twice`))

const unused = (file: BicepFile, used: ReadonlySet<string>): Finding[] => {
  const typeTexts = [...file.parameters, ...file.outputs].map(({ type }) => type)
  const inTypes = [...typeTexts, ...file.types.map(({ text }) => text)].join('\n')
  const isUsed = (name: string) => used.has(name) || new RegExp(`\\b${name}\\b`).test(inTypes)
  const kinds: [string, readonly Used[]][] = [
    ['parameter', file.parameters],
    ['variable', isLibrary(file) ? [] : file.variables],
    ['existing resource', file.resources.filter(({ isExisting }) => isExisting)],
    ['import', file.imports.flatMap(({ names, at }) => names.map((name) => ({ name, at })))],
  ]
  return kinds.flatMap(([kind, list]) =>
    list
      .filter(({ name }) => !isUsed(name))
      .map(({ name, at }) => problem(at, 'unused', `nothing uses the ${kind} ${name}`)),
  )
}

// A file of types and variables for others to import.
const isLibrary = (file: BicepFile): boolean =>
  file.resources.length + file.modules.length + file.outputs.length === 0

const callProblems = (expression: Expression, file: BicepFile): Finding[] => {
  const own =
    expression.kind === 'call' && file.functions.find((one) => one.name === expression.name)
  const wrong =
    own && expression.kind === 'call' && own.names.length !== expression.args.length
      ? [problem(expression.at, 'symbol', `${own.name} takes ${own.names.length} arguments`)]
      : []
  return [...wrong, ...partsOf(expression).flatMap((part) => callProblems(part, file))]
}

type Around = { file: BicepFile; templates: Templates }

/** `module.outputs.name` of an output that the module does not have. */
const outputProblems = (expression: Expression, around: Around): Finding[] => {
  const inner = partsOf(expression).flatMap((part) => outputProblems(part, around))
  if (expression.kind !== 'member' || expression.object.kind !== 'member') return inner
  if (expression.object.name !== 'outputs') return inner
  const owner = expression.object.object
  const target = owner.kind === 'item' ? owner.object : owner
  const { file, templates } = around
  const module = file.modules.find((one) => target.kind === 'name' && one.name === target.name)
  const declaring = module && templates.files.get(pathFrom(file.path, module.path))
  if (!declaring || declaring.outputs.some(({ name }) => name === expression.name)) return inner
  const says = `${module.path} has no output ${expression.name}`
  return [...inner, problem(expression.at, 'symbol', says)]
}

const typeNameProblems = (file: BicepFile): Finding[] => {
  const known = new Set(declaredIn(file).map(({ name }) => name))
  const typed = [
    ...file.parameters.map(({ takes, at }) => ({ type: takes, at })),
    ...file.outputs.map(({ gives, at }) => ({ type: gives, at })),
    ...file.types.map(({ is, at }) => ({ type: is, at })),
  ]
  return typed.flatMap(({ type, at }) =>
    namesInType(type)
      .filter((name) => !known.has(name))
      .map((name) => problem(at, 'symbol', `nothing declares the type ${name}`)),
  )
}

const importProblems = (file: BicepFile, { files }: Templates): Finding[] =>
  file.imports.flatMap(({ names, path, at }) => {
    const from = files.get(pathFrom(file.path, path))
    if (!from) return [problem(at, 'symbol', `${path} is not there`)]
    const exported = declaredIn(from).map(({ name }) => name)
    return names
      .filter((name) => !exported.includes(name))
      .map((name) => problem(at, 'symbol', `${path} does not declare ${name}`))
  })
