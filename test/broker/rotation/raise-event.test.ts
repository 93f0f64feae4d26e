import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { raising, withoutOutbox } from '../../../shared/broker/rotation/raise-event.ts'
import {
  consented,
  ended,
  revoked,
  sound,
  told,
  worse,
} from '../../../shared/broker/rotation/transitions.ts'
import { dayMs, freshGrant, partner, start } from './grants.ts'

const idsOf = ({ outbox = [] }: ReturnType<typeof withoutOutbox>) => outbox.map(({ id }) => id)

test('an event waits in the row with the facts of the partner, and beside those that waited before', () => {
  const grant = freshGrant({ displayName: 'P', contact: 'a@p.example', language: 'nl' })
  const raised = raising(raising(grant, 'partner.consented', { at: 1 }), 'grant.expiring', {
    at: 2,
    daysLeft: 7,
  })
  expect(raised.outbox).toEqual([
    {
      v: 1,
      id: `${partner}-1-consented`,
      type: 'partner.consented',
      at: 1,
      partner,
      generation: 1,
      displayName: 'P',
      contact: 'a@p.example',
      language: 'nl',
    },
    expect.objectContaining({ id: `${partner}-1-expiring-7`, daysLeft: 7 }),
  ])
  expect(withoutOutbox(raised)).toEqual(grant)
})

test('what happens once in a generation has one id whenever it is found', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (one, other) => {
      const grant = freshGrant()
      expect(idsOf(ended(grant, one))).toEqual(idsOf(ended(grant, other)))
      const near = { ...grant, endsAt: start + 3 * dayMs, toldDays: 14 }
      const times = [one, other].map((ms) => start + (ms % dayMs))
      expect(new Set(times.map((at) => idsOf(told(near, at))[0])).size).toBe(1)
    }),
  )
})

test('what may happen again is told apart by its time', () => {
  const trouble = { reason: 'not_an_agent', whoMustAct: 'partner_admin' } as const
  const first = worse(freshGrant(), { ...trouble, at: start })
  const second = sound(first, start + 1)
  const third = worse(second, { ...trouble, at: start + 2 })
  const ids = idsOf(third)
  expect(ids).toHaveLength(3)
  expect(new Set(ids).size).toBe(3)
})

test('trouble that lasts is told once', () => {
  const trouble = { whoMustAct: 'partner_admin' } as const
  const first = worse(freshGrant(), { ...trouble, reason: 'not_an_agent', at: start })
  const second = worse(first, { ...trouble, reason: 'mfa_missing', at: start + dayMs })
  expect(idsOf(second)).toEqual(idsOf(first))
  expect(second.degraded).toMatchObject({ since: start, reason: 'mfa_missing' })
})

test('the operator’s revocation of what the partner withdrew is an event of its own', () => {
  const withdrawn = revoked(freshGrant(), { at: start, revokedBy: 'partner' })
  for (const at of [start, start + 1]) {
    const both = revoked(withdrawn, { at, revokedBy: 'operator' })
    expect(new Set(idsOf(both)).size).toBe(2)
  }
})

test('a new consent keeps what the generation before could not send, and notes its secret', () => {
  const before = ended(freshGrant(), start)
  const after = consented(freshGrant({ generation: 2 }), before)
  expect(idsOf(after)).toEqual([`${partner}-1-consent_needed`, `${partner}-2-consented`])
  expect(after.superseded).toEqual([{ app: 'app', generation: 1, at: start }])
})

test('a generation whose secret is gone is not noted, and a revoked one does not wait', () => {
  const gone = freshGrant({ status: 'consent_needed', sealedDeletedAt: start })
  expect(consented(freshGrant({ generation: 2 }), gone).superseded).toBeUndefined()
  const revokedOne = freshGrant({ status: 'revoked' })
  expect(consented(freshGrant({ generation: 2 }), revokedOne).superseded?.[0]?.at).toBe(0)
})
