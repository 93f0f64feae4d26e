import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAuthority, isPurpose, parseAuthority } from '../../shared/broker/authority.ts'
import { parseGuid } from '../../shared/broker/tenant-id.ts'

const partner = '0f000000-0000-4000-8000-0000000000a1'
const customer = '0f000000-0000-4000-8000-0000000000c1'

test('an authority is a partner, perhaps a customer, perhaps a purpose', () => {
  expect(parseAuthority(partner)).toEqual({ partner })
  expect(parseAuthority(`${partner}.${customer}`)).toEqual({ partner, customer })
  expect(parseAuthority(`${partner}.billing`)).toEqual({ partner, purpose: 'billing' })
  expect(parseAuthority(`${partner}.${customer}.billing`)).toEqual({
    partner,
    customer,
    purpose: 'billing',
  })
})

test('a GUID has one spelling', () => {
  expect(parseGuid(partner.toUpperCase())).toBe(partner)
  for (const odd of [
    `{${partner}}`,
    `${partner}\n`,
    ` ${partner}`,
    partner.slice(1),
    'K'.repeat(36),
  ])
    expect(parseGuid(odd)).toBeUndefined()
})

test('a purpose is 1 to 40 of [a-z0-9-] and never a GUID', () => {
  expect(isPurpose('a')).toBe(true)
  expect(isPurpose('a'.repeat(40))).toBe(true)
  for (const odd of ['', 'a'.repeat(41), 'A', 'a_b', 'a.b', 'ä', 'a\n', customer])
    expect(isPurpose(odd)).toBe(false)
})

const label = fc.stringMatching(/^[a-z0-9-]{1,40}$/).filter((text) => parseGuid(text) === undefined)
const authority = fc.record(
  { partner: fc.uuid(), customer: fc.uuid(), purpose: label },
  { requiredKeys: ['partner'], noNullPrototype: true },
)

test('every authority reads back as it was written, in any case of its GUIDs', () => {
  fc.assert(
    fc.property(authority, (one) => {
      expect(parseAuthority(formatAuthority(one))).toEqual(one)
      const { partner: tenant, ...rest } = one
      expect(parseAuthority(formatAuthority({ partner: tenant.toUpperCase(), ...rest }))).toEqual(
        one,
      )
    }),
  )
})

const piece = fc.oneof(
  fc.uuid(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('.', '..', '/', '%2f', '%2e', 'billing', '\u0000', '', ' '),
)

test('any other text is no authority; nothing of it is ever passed on', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = pieces.join('')
      const parsed = parseAuthority(text)
      if (parsed) expect(formatAuthority(parsed)).toBe(lowered(text))
    }),
    { numRuns: 5000 },
  )
})

const lowered = (text: string) => text.replaceAll(/[A-F]/g, (letter) => letter.toLowerCase())
