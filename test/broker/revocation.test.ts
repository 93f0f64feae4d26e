import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdsFor, isEndedBy, isRevoked } from '../../shared/broker/revocation.ts'
import { grantRefusal } from '../../shared/broker/usable-grant.ts'
import { graph, grantOf, partner, start } from './issuing-fixture.ts'

const at = start
const revocation = (changes: object = {}) => ({
  v: 1 as const,
  partner,
  generation: 2,
  at,
  by: 'operator',
  reason: 'r',
  revokedBy: 'operator' as const,
  ...changes,
})
const grant = (generation: number, begunAt?: number) => ({
  generation,
  status: 'active' as const,
  ...(begunAt !== undefined && { begunAt }),
})

test('a revocation voids its generation and all before it, and no later one', () => {
  expect([1, 2, 3].map((one) => isRevoked(grant(one), revocation()))).toEqual([true, true, false])
})

test('a later generation is void too when its invitation is from before the revocation', () => {
  expect([at - 1, at, at + 1].map((begun) => isRevoked(grant(3, begun), revocation()))).toEqual([
    true,
    true,
    false,
  ])
})

test('what began at the very moment of a revocation is ended by it', () => {
  expect([at - 1, at, at + 1].map((began) => isEndedBy(revocation(), began))).toEqual([
    true,
    true,
    false,
  ])
  expect(isEndedBy(undefined, 0)).toBe(false)
})

test('a row that says revoked is revoked without any revocation, and not by an older one', () => {
  const row = { ...grant(3, at + 1), status: 'revoked' as const }
  expect(isRevoked(row, undefined)).toBe(true)
  expect([isRevoked(row, revocation()), holdsFor(row, revocation())]).toEqual([true, false])
})

const question = { partner, audience: graph, now: start }
const refusal = (changes: object, of: ReturnType<typeof revocation> | undefined) =>
  grantRefusal(grantOf(changes), { ...question, revocation: of })

test('who revoked decides who may onboard again', () => {
  expect(refusal({ generation: 1 }, revocation())).toMatchObject({
    code: 'grant_revoked',
    detail: { reason: 'revoked' },
  })
  expect(refusal({ generation: 1 }, revocation())?.detail).not.toHaveProperty('reconsentPartner')
  expect(refusal({ generation: 1 }, revocation({ revokedBy: 'partner' }))).toMatchObject({
    code: 'grant_revoked',
    detail: { reason: 'withdrawn', whoMustAct: 'partner_admin', reconsentPartner: partner },
  })
})

test('an older revocation says nothing of who revoked a later grant', () => {
  const withdrawn = { generation: 3, status: 'revoked', revokedBy: 'partner' }
  expect(refusal(withdrawn, revocation())?.detail.reason).toBe('withdrawn')
  const ended = { generation: 3, status: 'revoked', revokedBy: 'operator' }
  expect(refusal(ended, revocation({ revokedBy: 'partner' }))?.detail.reason).toBe('revoked')
})

test('a partner without a grant who was revoked is told so, not asked to consent', () => {
  const none = (of: ReturnType<typeof revocation> | undefined) =>
    grantRefusal(undefined, { ...question, revocation: of })
  expect(none(revocation())?.code).toBe('grant_revoked')
  expect(none(undefined)).toMatchObject({ code: 'consent_needed', detail: { reason: 'no_grant' } })
})

test('revoked comes before whatever else a grant lacks', () => {
  for (const changes of [{ status: 'consent_needed' }, { endsAt: start }, { audiences: [] }]) {
    expect(refusal({ generation: 2, ...changes }, revocation())?.code).toBe('grant_revoked')
  }
})

test('a revocation never frees a grant, and one of a later generation never voids less', () => {
  const facts = fc.record({
    generation: fc.integer({ min: 1, max: 5 }),
    status: fc.constantFrom('active', 'consent_needed', 'revoked'),
    begunAt: fc.integer({ min: at - 2, max: at + 2 }),
  })
  fc.assert(
    fc.property(facts, fc.integer({ min: 0, max: 5 }), (row, generation) => {
      const now = isRevoked(row, revocation({ generation }))
      if (isRevoked(row, undefined)) expect(now).toBe(true)
      if (now) expect(isRevoked(row, revocation({ generation: generation + 1 }))).toBe(true)
      if (now && row.status !== 'revoked') {
        expect(row.generation <= generation || row.begunAt <= at).toBe(true)
      }
    }),
  )
})
