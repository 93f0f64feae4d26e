import { expect } from 'vitest'
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

/** What every two writes of a row in a row hold to. */
export const expectForward = (rows: readonly Grant[]): void => {
  for (const [index, after] of rows.entries()) {
    const before = rows[index - 1]
    if (!before) continue
    expect(after.generation).toBeGreaterThanOrEqual(before.generation)
    if (after.generation !== before.generation) continue
    // No status leads back.
    const ranks = { active: 0, consent_needed: 1, revoked: 2 }
    expect(ranks[after.status]).toBeGreaterThanOrEqual(ranks[before.status])
    expect(after.sealed.sealedAt).toBeGreaterThanOrEqual(before.sealed.sealedAt)
    expect(after.toldDays ?? 99).toBeLessThanOrEqual(before.toldDays ?? 99)
  }
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
