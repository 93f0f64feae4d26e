import type { Change } from './difference.ts'

/** An app role or a scope, as Graph has it. */
export type Entitlement = {
  id: string
  value?: string | null | undefined
  isEnabled: boolean
  [member: string]: unknown
}

/** One as it should be; it is known by its value, since its id is Entra's to keep. */
export type WantedEntitlement = {
  value: string
  why: string
  /** The member that must be as it is here; texts for people may differ. */
  must: { [member: string]: string | string[] }
  texts: { [member: string]: string }
}

/** A list of roles or scopes with what should be in it; all else in it stays. */
export type MendedList = {
  /** To be written first, where an enabled one changes: Entra refuses that. */
  disabled: Entitlement[] | undefined
  /** `undefined`: it is already so. */
  list: Entitlement[] | undefined
  changes: Change[]
  left: string[]
}

type Asked = {
  on: string
  /** What one of them is called. */
  kind: string
  is: readonly Entitlement[]
  should: readonly WantedEntitlement[]
  newId: () => string
}

/** Compares what an API offers with what it should offer. */
export const mendedList = ({ on, kind, is, should, newId }: Asked): MendedList => {
  const wantedOf = ({ value }: Entitlement) => should.find((wanted) => wanted.value === value)
  const wrong = is.filter((one) => isWrong(one, wantedOf(one)))
  const added = should.filter(({ value }) => !is.some((one) => one.value === value))
  const isBlocked = wrong.some(({ isEnabled }) => isEnabled)
  const off = (one: Entitlement) => (wrong.includes(one) ? { ...one, isEnabled: false } : one)
  const mend = (one: Entitlement) =>
    wrong.includes(one) ? { ...one, ...wantedOf(one)?.must, isEnabled: true } : one
  const make = ({ value, must, texts }: WantedEntitlement): Entitlement => ({
    id: newId(),
    value,
    ...must,
    ...texts,
    isEnabled: true,
  })
  return {
    disabled: isBlocked ? is.map(off) : undefined,
    list: added.length + wrong.length > 0 ? [...is.map(mend), ...added.map(make)] : undefined,
    changes: [
      ...added.map((wanted) => changeOf({ on, kind, wanted, how: 'added' })),
      ...wrong.flatMap((one) => {
        const wanted = wantedOf(one)
        return wanted ? [changeOf({ on, kind, wanted, how: mending(one) })] : []
      }),
    ],
    left: is
      .filter((one) => wantedOf(one) === undefined)
      .map((one) => `${on}: ${kind} ${one.value ?? one.id} is not known here`),
  }
}

const isWrong = (one: Entitlement, wanted: WantedEntitlement | undefined): boolean =>
  wanted !== undefined &&
  (!one.isEnabled ||
    Object.entries(wanted.must).some(([member, value]) => textOf(one[member]) !== textOf(value)))

const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).toSorted().join(', ') : String(value)

const mending = ({ isEnabled }: Entitlement): string =>
  isEnabled ? 'mended; off for a moment, since Entra changes no enabled one' : 'enabled again'

type Named = { on: string; kind: string; wanted: WantedEntitlement; how: string }

const changeOf = ({ on, kind, wanted, how }: Named): Change => {
  const { value, must, why } = wanted
  const members = Object.entries(must).map(([member, it]) => `${member} ${textOf(it)}`)
  return { on, what: `${kind} ${value}: ${how} (${members.join('; ')})`, why }
}
