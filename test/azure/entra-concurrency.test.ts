import * as fc from 'fast-check'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { control, startTestEntra, tokensOf, type TestEntra } from '../local/entra-fixture.ts'
import { entraAppOf, redeemedOf, redeemer } from './entra-doors.ts'

type Partner = { tenant: string; username: string; refreshToken: string; objectId: string }

let entra: TestEntra
let partners: Partner[]
beforeAll(async () => {
  entra = await startTestEntra()
  const made = Array.from({ length: 8 }, (_, index) => ({
    tenant: `0f000000-0000-4000-8000-0000000009${index}0`,
    username: `admin@partner${index}.example`,
  }))
  await control(entra, 'directory', {
    partners: made.map(({ tenant, username }) => ({ name: username, tenant })),
    people: made.map((one) => ({ ...one, agent: true, mfa: true, admin: true })),
  })
  partners = await Promise.all(
    made.map(async (one) => {
      const { refresh_token, id_token } = await tokensOf(entra, one.username, one.tenant)
      return { ...one, refreshToken: refresh_token, objectId: String(decodeJwt(id_token)['oid']) }
    }),
  )
})
afterAll(() => entra.stop())

test('redemptions at once through one client never mix owners, tokens or failures', async () => {
  const redeem = redeemer(entraAppOf(entra))
  const call = fc.record({
    who: fc.integer({ min: 0, max: 7 }),
    isBroken: fc.boolean(),
    delayMs: fc.constantFrom(0, 0, 1, 3),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 30 }), async (calls) => {
      const outcomes = calls.map(async ({ who, isBroken, delayMs }) => {
        const one = partners[who]
        if (!one) throw new Error('there is no such partner')
        if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
        const token = isBroken ? `broken ${who}` : one.refreshToken
        return { one, isBroken, redemption: await redeem(one.tenant, token) }
      })
      for (const { one, isBroken, redemption } of await Promise.all(outcomes)) {
        if (isBroken) {
          expect(redemption).toMatchObject({ failure: { errorCodes: [9002313] } })
          continue
        }
        const { accessToken, account, refreshToken } = redeemedOf(redemption)
        expect(account).toEqual({ tenant: one.tenant, objectId: one.objectId })
        expect(decodeJwt(accessToken)).toMatchObject({ tid: one.tenant, oid: one.objectId })
        one.refreshToken = refreshToken ?? ''
      }
    }),
    { numRuns: 15 },
  )
  // The captured refresh tokens are each their own partner's too.
  for (const { tenant, refreshToken, objectId } of partners) {
    expect(redeemedOf(await redeem(tenant, refreshToken)).account).toEqual({ tenant, objectId })
  }
})
