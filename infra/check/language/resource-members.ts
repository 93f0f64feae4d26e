import type { BicepFile } from '../bicep/bicep-file.ts'
import { within } from '../bicep/expression.ts'
import type { Finding } from '../finding.ts'
import { expressionsOf } from './symbols.ts'

// What Azure answers of a resource; each type has some of these and no others.
const known = new Set(
  [
    'id name type apiVersion properties location tags identity sku kind zones plan managedBy',
    'extendedLocation etag eTag systemData',
  ].flatMap((line) => line.split(' ')),
)

/** Members of a resource that no resource has. */
export const resourceMemberProblems = (file: BicepFile): Finding[] =>
  expressionsOf(file)
    .flatMap(within)
    .flatMap((part) => {
      if (part.kind !== 'member' || known.has(part.name)) return []
      const target = part.object.kind === 'item' ? part.object.object : part.object
      const isResource =
        target.kind === 'name' && file.resources.some(({ name }) => name === target.name)
      if (!isResource) return []
      return [{ ...part.at, rule: 'symbol', says: `no resource has ${part.name}: ${part.text}` }]
    })
