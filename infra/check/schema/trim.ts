import type { ObjectType, Property, Schema } from './schema.ts'

type AnswerProperty = { name: string; type: string; flags?: string | undefined }
type AnswerObject = {
  $type: 'Object'
  name: string
  properties: AnswerProperty[]
  additionalPropertiesType?: string | null | undefined
}

/** An object type as `azmcp bicepschema get` tells it. */
export type AnswerType =
  | AnswerObject
  | {
      $type: 'DiscriminatedObject'
      name: string
      baseProperties: AnswerProperty[]
      elements: AnswerObject[]
      discriminator: string
    }

// Network resources name each other whole, where a template gives an id. Deeper than this they are
// left open, or every file would hold all of Microsoft.Network.
const deepest = 5
const alwaysOpen =
  /^(?:NetworkInterface|ApplicationGateway|VirtualNetworkTap|LoadBalancer|BackendAddressPool|FrontendIPConfiguration|InboundNatRule|ServiceEndpointPolicy|SubResource$)/

/** A resource's body with the types it leads to, without read-only properties and descriptions. */
export const reachable = (
  body: AnswerType,
  all: readonly AnswerType[],
): Pick<Schema, 'body' | 'types'> => {
  const types: Record<string, ObjectType> = {}
  const visit = (names: readonly string[], depth: number): void => {
    for (const name of names) {
      const found = all.find((one) => one.name === name)
      if (!found || name in types || alwaysOpen.test(name) || depth > deepest) continue
      types[name] = asObjectType(found)
      visit(namesIn(types[name]), depth + 1)
    }
  }
  const own = asObjectType(body)
  visit(namesIn(own), 1)
  return {
    body: own,
    types: Object.fromEntries(
      Object.entries(types).toSorted(([one], [other]) => one.localeCompare(other)),
    ),
  }
}

const asObjectType = (type: AnswerType): ObjectType =>
  type.$type === 'Object'
    ? {
        properties: propertiesOf(type.properties),
        ...(type.additionalPropertiesType != null && { others: type.additionalPropertiesType }),
      }
    : {
        properties: propertiesOf(type.baseProperties),
        by: type.discriminator,
        kinds: type.elements.map(({ properties }) => propertiesOf(properties)),
      }

const propertiesOf = (properties: readonly AnswerProperty[]): Record<string, Property> =>
  Object.fromEntries(
    properties
      .filter(({ flags = '' }) => !flags.includes('ReadOnly'))
      .map(({ name, type, flags = '' }) => [
        name,
        flags.includes('Required') ? { type, required: true } : { type },
      ]),
  )

const namesIn = ({ properties, others, kinds = [] }: ObjectType): string[] =>
  [properties, ...kinds]
    .flatMap((group) => Object.values(group))
    .map(({ type }) => type)
    .concat(others ?? [])
    .map((type) => type.replace(/(?:\[\])+$/, ''))
