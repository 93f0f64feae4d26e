import type { Instance } from '../deployment/deployment.ts'
import { membersOf, optionsOf, textOf, type Value } from '../deployment/value.ts'
import type { At, Finding } from '../finding.ts'
import { distance } from './distance.ts'
import type { Schemas } from './read-schemas.ts'
import type { ObjectType, Property, Schema } from './schema.ts'

// Bicep's own, on every resource.
const envelope = new Set(['name', 'parent', 'scope', 'dependsOn'])
const primitives: Record<string, string> = { string: 'string', int: 'number', bool: 'boolean' }

/** What of a resource Azure's schema of its type does not know, or wants otherwise. */
export const schemaProblems = (instance: Instance, schemas: Schemas): Finding[] => {
  const schema = schemas.get(instance.type.toLowerCase())
  if (!schema) return [problem(instance.at, `infra/schemas holds no ${instance.type}`)]
  if (schema.type !== instance.type) {
    return [problem(instance.at, `${instance.type} is spelt ${schema.type}`)]
  }
  const { body } = instance
  if (!membersOf(body).has('name')) return [problem(instance.at, 'name is missing')]
  if (instance.declaration.isExisting) return existingProblems(body)
  const misplaced = parentProblems(instance)
  if (misplaced.length > 0) return misplaced
  const own = new Map(
    [...membersOf(body)].filter(([name]) => !envelope.has(name) || name === 'name'),
  )
  // A name that is made up from others fits whatever the schema says of names.
  own.delete('name')
  const named = { ...schema.body, properties: without(schema.body.properties, 'name') }
  const asked: Value = { kind: 'object', members: own, at: instance.at }
  return objectProblems(asked, kindOf(named, body), schema)
}

const parentProblems = ({ body, type, at }: Instance): Finding[] => {
  const parent = membersOf(body).get('parent')
  if (parent === undefined) return []
  const outer = parent.kind === 'reference' ? parent.to.declaration.type : textOf(parent)
  return outer === type.slice(0, type.lastIndexOf('/'))
    ? []
    : [problem(at, `${type} cannot lie in ${outer}`)]
}

const without = (properties: Record<string, Property>, name: string): Record<string, Property> =>
  Object.fromEntries(Object.entries(properties).filter(([one]) => one !== name))

const existingProblems = (body: Value): Finding[] =>
  [...membersOf(body)]
    .filter(([name]) => !envelope.has(name))
    .map(([name, value]) => problem(value.at, `an existing resource cannot have ${name}`))

const problem = (at: At, says: string): Finding => ({ ...at, rule: 'schema', says })

/** The type with the properties of the kind that the object's discriminator names. */
const kindOf = (type: ObjectType, value: Value): ObjectType => {
  const { by, kinds } = type
  if (by === undefined || !kinds) return type
  const wanted = textOf(membersOf(value).get(by))
  const kind = kinds.find((one) => one[by]?.type === wanted)
  const everything = Object.assign({}, ...kinds.map((one) => ({ ...one, [by]: { type: 'any' } })))
  const properties: Record<string, Property> = { ...type.properties, ...(kind ?? everything) }
  return { ...type, properties: kind ? { ...properties, [by]: { type: 'any' } } : properties }
}

const objectProblems = (value: Value, type: ObjectType, schema: Schema): Finding[] => {
  const members = membersOf(value)
  const missing = Object.entries(type.properties)
    .filter(([name, { required }]) => required && !members.has(name))
    .map(([name]) => problem(value.at, `${name} is missing (${schema.type})`))
  const inside = [...members].flatMap(([name, member]) => {
    const property = type.properties[name] ?? (type.others ? { type: type.others } : undefined)
    return property
      ? valueProblems({ name, value: member, type: property.type }, schema)
      : [problem(member.at, unknownName(name, type))]
  })
  return [...missing, ...inside]
}

const unknownName = (name: string, { properties }: ObjectType): string => {
  const near = Object.keys(properties).find((one) => distance(one, name) <= 2)
  return `${name} is no property that can be set here${near === undefined ? '' : `: ${near}?`}`
}

type Named = { name: string; value: Value; type: string }

const valueProblems = ({ name, value, type }: Named, schema: Schema): Finding[] =>
  optionsOf(value).flatMap((option): Finding[] => {
    // null counts as not said.
    if (option.kind === 'literal' && option.value === null) return []
    if (type.endsWith('[]')) {
      const item = type.slice(0, -2)
      if (option.kind === 'literal' || option.kind === 'object') {
        return [problem(option.at, `${name} is a list`)]
      }
      const items = option.kind === 'array' ? option.items : []
      return items.flatMap((one) => valueProblems({ name, value: one, type: item }, schema))
    }
    if (option.kind === 'array') {
      return type === 'any' ? [] : [problem(option.at, `${name} is no list`)]
    }
    if (option.kind === 'object') return objectValueProblems({ name, value: option, type }, schema)
    return option.kind === 'literal' ? literalProblems(option, { name, type }, schema) : []
  })

const objectValueProblems = ({ name, value, type }: Named, schema: Schema): Finding[] => {
  const known = schema.types[type]
  if (known) return objectProblems(value, kindOf(known, value), schema)
  const isPlain = Object.hasOwn(primitives, type) || type.includes(' | ')
  return isPlain ? [problem(value.at, `${name} is no object`)] : []
}

type Literal = Extract<Value, { kind: 'literal' }>

const literalProblems = (
  { value, at }: Literal,
  { name, type }: { name: string; type: string },
  schema: Schema,
): Finding[] => {
  if (schema.types[type]) return [problem(at, `${name} is an object`)]
  const primitive = primitives[type]
  if (primitive !== undefined) {
    return typeof value === primitive ? [] : [problem(at, `${name} is of type ${type}`)]
  }
  if (!type.includes(' | ')) return []
  const choices = type.split(' | ').filter((choice) => choice !== 'string')
  if (choices.includes(String(value))) return []
  return [problem(at, `${name} is ${String(value)}, and may be ${choices.join(', ')}`)]
}
