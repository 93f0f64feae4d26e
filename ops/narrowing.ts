import * as z from 'zod'

const several = z.union([z.array(z.string()), z.string()])

const schema = z.looseObject({
  caller: z.looseObject({ tenant: z.string(), clientId: z.string() }),
  partners: several,
  audiences: z.array(z.string()),
  customers: several.default('none'),
  purposes: z.array(z.string()),
  networks: z.array(z.string()).optional(),
  notAfter: z.string().optional(),
  mode: z.string().default('enforce'),
})

type Permission = z.output<typeof schema>
type Several = z.output<typeof several>

/** What a caller loses when one permission takes the place of another, in words; empty: nothing. */
export const narrowings = (before: unknown, after: unknown): string[] => {
  const [old, next] = [schema.safeParse(before).data, schema.safeParse(after).data]
  // What cannot be read here the broker refuses, or grants nothing now.
  if (!old || !next || old.mode !== 'enforce') return []
  if (next.mode !== 'enforce') return [`mode becomes ${next.mode}: it grants nothing any more`]
  if (callerOf(old) !== callerOf(next)) return [`${callerOf(old)} loses it altogether`]
  return [
    ...lost('partners', old.partners, next.partners),
    ...lost('audiences', old.audiences, next.audiences),
    ...lost('customers', old.customers, next.customers),
    ...lost('purposes', old.purposes, next.purposes),
    ...lost('networks', old.networks ?? 'any', next.networks ?? 'any'),
    ...sooner(old, next),
  ]
}

const callerOf = ({ caller }: Permission): string =>
  `${caller.tenant}/${caller.clientId}`.toLowerCase()

const lost = (what: string, before: Several, after: Several): string[] => {
  if (before === 'none' || after === 'any') return []
  if (before === 'any') return [`${what} are no longer any`]
  const kept = new Set(listOf(after).map(bare))
  const gone = listOf(before).filter((one) => !kept.has(bare(one)))
  return gone.length === 0 ? [] : [`${what} lose ${gone.join(', ')}`]
}

const listOf = (value: Several): string[] => (typeof value === 'string' ? [] : value)

const bare = (text: string): string => text.toLowerCase().replace(/\/+$/, '')

const sooner = ({ notAfter: before }: Permission, { notAfter: after }: Permission): string[] =>
  after !== undefined && (before === undefined || Date.parse(after) < Date.parse(before))
    ? [`it ends at ${after}`]
    : []
