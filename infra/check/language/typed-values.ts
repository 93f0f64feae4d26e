import type { BicepFile, Parameter } from '../bicep/bicep-file.ts'
import { mainPath, pathFrom, type Templates } from '../bicep/templates.ts'
import type { Type } from '../bicep/type.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { asFiled } from '../deployment/given.ts'
import { optionsOf, textOf, type Value } from '../deployment/value.ts'
import type { Finding } from '../finding.ts'

/** What parameters and outputs come to, held against the types that they declare. */
export const typeProblems = ({ scopes, told }: Deployment): Finding[] => [
  ...scopes.flatMap(({ file, templates, parameters }) =>
    file.parameters.flatMap((parameter) =>
      parameterProblems(parameter, parameters.get(parameter.name), { file, templates }),
    ),
  ),
  ...told.flatMap(({ output: { name, gives }, value, scope: { file, templates } }) =>
    problemsOf({ name, value, type: gives }, { file, templates }),
  ),
]

/** What main.parameters.json gives, held against the same. */
export const filedProblems = (templates: Templates): Finding[] => {
  const file = templates.files.get(mainPath)
  const given = asFiled(templates)
  return (file?.parameters ?? []).flatMap((parameter) => {
    const value = given(parameter)
    const isOpen = value?.kind === 'literal' && value.value === ''
    return file && !isOpen ? parameterProblems(parameter, value, { file, templates }) : []
  })
}

type Around = { file: BicepFile; templates: Templates }

const parameterProblems = (
  { name, takes, allowed }: Parameter,
  value: Value | undefined,
  around: Around,
): Finding[] => {
  if (!value) return []
  const items = allowed?.kind === 'array' ? allowed.items : []
  const choices = items.flatMap((one) => (one.kind === 'literal' ? [one.value ?? ''] : []))
  return [
    ...problemsOf({ name, value, type: takes }, around),
    ...(choices.length > 0
      ? problemsOf({ name, value, type: { kind: 'choice', of: choices } }, around)
      : []),
  ]
}

type Named = { name: string; value: Value; type: Type }

const problemsOf = (named: Named, around: Around): Finding[] =>
  optionsOf(named.value).flatMap((value) => {
    const isOpen = value.kind === 'unknown' || value.kind === 'reference'
    if (isOpen || (value.kind === 'literal' && value.value === null)) return []
    return plainProblems({ ...named, value }, around)
  })

const plainProblems = ({ name, value, type }: Named, around: Around): Finding[] => {
  const wrong = (says: string): Finding[] => [{ ...value.at, rule: 'type', says }]
  switch (type.kind) {
    case 'nullable':
      return problemsOf({ name, value, type: type.of }, around)
    case 'list':
      if (value.kind !== 'array') return wrong(`${name} is a list, not ${textOf(value)}`)
      return value.items.flatMap((item) => problemsOf({ name, value: item, type: type.of }, around))
    case 'choice': {
      const fits = value.kind === 'literal' && type.of.some((one) => one === value.value)
      return fits ? [] : wrong(`${name} may be ${type.of.join(', ')}, not ${textOf(value)}`)
    }
    case 'object':
      return objectProblems({ name, value, members: type.members }, around)
    case 'named':
      return namedProblems({ name, value, type: type.name }, around)
    default:
      return []
  }
}

type OfObject = { name: string; value: Value; members: ReadonlyMap<string, Type> }

const objectProblems = ({ name, value, members }: OfObject, around: Around): Finding[] => {
  const wrong = (says: string): Finding => ({ ...value.at, rule: 'type', says })
  if (value.kind !== 'object') return [wrong(`${name} is an object, not ${textOf(value)}`)]
  const missing = [...members].filter(
    ([member, type]) => type.kind !== 'nullable' && !value.members.has(member),
  )
  return [
    ...missing.map(([member]) => wrong(`${name} lacks ${member}`)),
    ...[...value.members].flatMap(([member, one]) => {
      const type = members.get(member)
      if (!type) return [wrong(`${name} has no member ${member}`)]
      return problemsOf({ name: `${name}.${member}`, value: one, type }, around)
    }),
  ]
}

const kinds: Record<string, string> = { string: 'string', number: 'int', boolean: 'bool' }

type OfName = { name: string; value: Value; type: string }

const namedProblems = ({ name, value, type }: OfName, around: Around): Finding[] => {
  const declared = declaredType(type, around)
  if (declared) return problemsOf({ name, value, type: declared.is }, declared.around)
  const found = value.kind === 'literal' ? kinds[typeof value.value] : value.kind
  return found === type
    ? []
    : [{ ...value.at, rule: 'type', says: `${name} is of type ${type}, not ${found}` }]
}

type DeclaredType = { is: Type; around: Around }

const declaredType = (name: string, { file, templates }: Around): DeclaredType | undefined => {
  const own = file.types.find((one) => one.name === name)
  if (own) return { is: own.is, around: { file, templates } }
  const from = file.imports.find(({ names }) => names.includes(name))
  const there = from && templates.files.get(pathFrom(file.path, from.path))
  return there && declaredType(name, { file: there, templates })
}
