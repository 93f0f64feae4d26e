import type { AuditRecord } from '../audit.ts'
import { addTo, clipped, inParts, type Counts } from './lines.ts'
import { operatorLines, type OperatorCounts } from './operator-lines.ts'
import { partnerFacts, partnerLines, type PartnerFacts } from './partner-lines.ts'
import type { OperatorHour, PartnerHour, PermissionUse } from './usage-rows.ts'

/** Lines kept of one partner's hour, and of each kind of the operator's. */
export const mostPartnerLines = 1000
export const mostOperatorLines = 2000

/** The records of one hour, counted one by one. */
export type Tally = {
  add: (record: AuditRecord) => void
  partnerHours: () => PartnerHour[]
  /** `isCut`: not every record was added. */
  operatorHours: (isCut: boolean) => OperatorHour[]
  permissionUses: () => PermissionUse[]
}

type Partners = Map<string, { lastIssuedAt: number; lines: Counts<PartnerFacts> }>
type Uses = Map<string, PermissionUse>
type Counting = { partners: Partners; operator: OperatorCounts; uses: Uses }

/** Counts the hour that begins at `hour`; the same records in any order give the same rows. */
export const openTally = (hour: number): Tally => {
  const counting: Counting = { partners: new Map(), operator: new Map(), uses: new Map() }
  return {
    add: (record) => {
      if (record.kind === 'management') return addManagement(counting, record)
      if (record.outcome === 'issued') addIssued(counting, record)
      if (record.outcome === 'refused') addRefused(counting, record)
      for (const trial of record.trials ?? []) addTrial(counting, trial, record.at)
    },
    partnerHours: () =>
      [...counting.partners].flatMap(([partner, { lastIssuedAt, lines }]) =>
        inParts(partnerLines(lines, mostPartnerLines)).map((part, index) => ({
          v: 1,
          partner,
          hour,
          part: index,
          lastIssuedAt,
          lines: part,
        })),
      ),
    operatorHours: (isCut) =>
      inParts(operatorLines(counting.operator, mostOperatorLines))
        .map((lines, part) => ({ v: 1 as const, hour, part, lines, ...(isCut && { isCut }) }))
        .filter(({ lines }) => lines.length > 0),
    permissionUses: () => [...counting.uses.values()],
  }
}

const unknown = 'unknown'

const addIssued = ({ partners, operator, uses }: Counting, record: AuditRecord): void => {
  const { at, partner, customer, permission } = record
  const caller = clipped(`${record.callerTenant}/${record.callerId}`)
  const audience = clipped(record.audience ?? unknown)
  const purpose = clipped(record.purpose ?? unknown)
  addTo(operator, { kind: 'issued', caller, audience, purpose })
  if (permission !== undefined) {
    const name = clipped(permission)
    addTo(operator, { kind: 'permission', name })
    noteUse(uses, { v: 1, name, lastUsedAt: at })
  }
  if (partner === undefined) return
  const known = partners.get(partner) ?? { lastIssuedAt: at, lines: new Map() }
  known.lastIssuedAt = Math.max(known.lastIssuedAt, at)
  const ofCustomer = customer !== undefined && { customer: clipped(customer) }
  addTo(known.lines, partnerFacts({ audience, purpose, ...ofCustomer }))
  partners.set(partner, known)
}

const addRefused = ({ operator }: Counting, { code = 'internal' }: AuditRecord): void =>
  addTo(operator, { kind: 'refused', code })

// A permission in mode `audit` never allows, but its record says when it would have.
const addTrial = ({ uses }: Counting, trial: string, at: number): void => {
  const [name = '', outcome] = trial.split('=')
  if (outcome === 'allowed') noteUse(uses, { v: 1, name: clipped(name), lastUsedAt: at })
}

const lockdownChanges = {
  'PUT /manage/lockdowns/{name}': 'set',
  'DELETE /manage/lockdowns/{name}': 'lifted',
} as const

const addManagement = ({ operator, uses }: Counting, record: AuditRecord): void => {
  const { at, action = '', outcome } = record
  if (outcome !== 'done') return
  const name = clipped(record.target ?? unknown)
  if (action === 'PUT /manage/permissions/{name}') noteUse(uses, { v: 1, name, changedAt: at })
  const by = clipped(record.personId ?? `${record.callerTenant}/${record.callerId}`)
  const change = Object.entries(lockdownChanges).find(([one]) => one === action)?.[1]
  if (change) addTo(operator, { kind: 'lockdown', name, change, at, by })
}

const noteUse = (uses: Uses, use: PermissionUse): void => {
  const known = uses.get(use.name)
  uses.set(use.name, known ? laterUse(known, use) : use)
}

/** The later of each time: in whatever order uses are noted, and however often, it is the same. */
export const laterUse = (one: PermissionUse, other: PermissionUse): PermissionUse => ({
  v: 1,
  name: one.name,
  ...latest('lastUsedAt', one, other),
  ...latest('changedAt', one, other),
})

const latest = (
  member: 'lastUsedAt' | 'changedAt',
  ...uses: PermissionUse[]
): Partial<PermissionUse> => {
  const times = uses.map((use) => use[member]).filter((time) => time !== undefined)
  return times.length > 0 ? { [member]: Math.max(...times) } : {}
}
