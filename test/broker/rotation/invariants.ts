import { expect } from 'vitest'
import { BrokerError } from '../../../shared/broker/broker-error.ts'
import type { BrokerEvent } from '../../../shared/broker/broker-event.ts'
import { secretNameOf, type Grant } from '../../../shared/broker/grant.ts'
import type { SealedTokens, UnsealToken } from '../../../shared/broker/sealed-token.ts'

type Vault = { sealedTokens: Pick<SealedTokens, 'read'>; unseal: UnsealToken }

/** The number of the refresh token that a row points to; throws where it does not open. */
export const tokenNumber = async (vault: Vault, grant: Grant): Promise<number> => {
  const { app, partner, generation, sealed } = grant
  const text = await vault.sealedTokens.read(secretNameOf(grant), sealed.secretVersion)
  if (text === undefined) throw new Error('the row points to a secret version that is not there')
  const token = await vault.unseal(text, { app, partner, generation, kid: sealed.kid })
  expect(token.startsWith(`rt ${partner} `)).toBe(true)
  return Number(token.split(' ')[2])
}

/** What a row says differently from the one before it, as the events that tell of that. */
const owed = (before: Grant | undefined, after: Grant): string[] => {
  const { generation, status, revokedBy, degraded, toldDays, toldTokenDays } = after
  const was = before?.generation === generation ? before : undefined
  const changes: [string, boolean][] = [
    ['partner.consented', was === undefined],
    ['grant.consent_needed', status === 'consent_needed' && was?.status !== status],
    [
      'grant.revoked',
      status === 'revoked' && (was?.status !== status || was.revokedBy !== revokedBy),
    ],
    ['grant.degraded', degraded !== undefined && was?.degraded === undefined],
    ['grant.recovered', degraded === undefined && was?.degraded !== undefined],
    [`grant.expiring ${toldDays} consent_term`, toldDays !== was?.toldDays],
    [`grant.expiring ${toldTokenDays} refresh_token`, toldTokenDays !== was?.toldTokenDays],
  ]
  return changes.flatMap(([event, isOwed]) => (isOwed ? [event] : []))
}

/**
 * Looks at each row that is written over the one before and says what is wrong with it: the generation
 * fell, a status led back, a newer token was replaced by an older one, or it raises other events than it
 * has changes to tell. `skewMs`: how far the clocks of those who write differ.
 */
export const watchGrant = (skewMs = 0): ((after: Grant) => string[]) => {
  let before: Grant | undefined
  const known = new Set<string>()
  return (after) => {
    const found = before === undefined ? [] : backwards(before, after, skewMs)
    // One that may not have been sent is raised again, and is the same.
    const told = listOf((after.outbox ?? []).filter(({ id }) => !known.has(id)).map(nameOf))
    const due = listOf(owed(before, after))
    if (told !== due) found.push(`raised ${told}, not ${due}`)
    for (const { id } of after.outbox ?? []) known.add(id)
    before = after
    return found
  }
}

const isAgain = (after = 99, before = 99): boolean => after > before

const listOf = (names: readonly string[]): string => `[${names.toSorted().join(', ')}]`

const nameOf = ({ type, daysLeft, reason = '' }: BrokerEvent): string =>
  daysLeft === undefined ? type : `${type} ${daysLeft} ${reason}`

const ranks = { active: 0, consent_needed: 1, revoked: 2 }

const backwards = (before: Grant, after: Grant, skewMs: number): string[] => {
  if (after.generation > before.generation) return []
  const signs: [string, boolean][] = [
    ['the generation fell', after.generation < before.generation],
    [`${before.status} became ${after.status}`, ranks[after.status] < ranks[before.status]],
    ['a milestone was told again', isAgain(after.toldDays, before.toldDays)],
    ['one of a token was told again', isAgain(after.toldTokenDays, before.toldTokenDays)],
    ['an older token came back', after.sealed.sealedAt < before.sealed.sealedAt - skewMs],
  ]
  return signs.flatMap(([sign, isWrong]) => (isWrong ? [sign] : []))
}

/**
 * Every event that a written row raised was sent, and none else; what was sent twice was the same. Of
 * each generation there is one consent, and one event for each who ended it.
 */
export const expectTold = (rows: readonly Grant[], sent: readonly BrokerEvent[]): void => {
  const raised = new Map(rows.flatMap(({ outbox = [] }) => outbox).map((one) => [one.id, one]))
  const told = new Map(sent.map((one) => [one.id, one]))
  expect([...told.keys()].toSorted()).toEqual([...raised.keys()].toSorted())
  for (const event of sent) expect(event).toEqual(raised.get(event.id))
  const facts = [...told.values()].map(
    ({ partner, generation, type, daysLeft, reason }) =>
      `${partner} ${generation} ${type} ${daysLeft} ${reason}`,
  )
  expect(new Set(facts).size).toBe(facts.length)
  const consents = new Set(rows.map(({ partner, generation }) => `${partner} ${generation}`))
  const toldConsents = [...told.values()].filter(({ type }) => type === 'partner.consented')
  expect(toldConsents).toHaveLength(consents.size)
}

/** Takes trouble that the test made; a fault of the code itself is none. */
export const expected = (thrown: unknown): void => {
  if (!(thrown instanceof BrokerError)) throw thrown
}
