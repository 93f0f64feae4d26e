import { expect, inject, test } from 'vitest'
import { untilLogged } from './support/broker-log.ts'
import { orderNext, type NextAnswer } from './support/entra-controls.ts'
import { expectIssued, expectRefusedAndUnchanged, onboarded } from './support/issuing.ts'
import type { Onboarded } from './support/issuing.ts'
import { redemptions } from './support/recorded.ts'
import {
  grantOf,
  letAge,
  rewriteGrant,
  sealedOf,
  secretNameOf,
  storedOf,
} from './support/stored-grant.ts'
import { sealingAsBroker, secretsAsBroker } from './support/vault-as-broker.ts'

const stack = inject('stack')
const dayMs = 24 * 3600_000
const notHers = {
  code: 'internal',
  says: "the token was not the consenting person's, so it was not given out. The operator must",
} as const

type Named = NonNullable<NextAnswer['clientInfo']>

test.each<[string, (partner: Onboarded) => Named | null, string]>([
  [
    'another person of the same partner',
    ({ fay, tenant }) => ({ uid: fay.objectId, utid: tenant }),
    'token_owner_mismatch',
  ],
  [
    'the same object id of another tenant',
    ({ ada }) => ({ uid: ada.objectId, utid: crypto.randomUUID() }),
    'token_owner_mismatch',
  ],
  ['nobody', () => null, 'token_owner_unknown'],
])(
  'a token that Entra says belongs to %s is not given out, and alarms',
  async (_, whose, alarm) => {
    const partner = await onboarded(stack)
    // Old enough that whatever Entra returned would be written back, were it the right person's.
    await letAge(stack, partner.tenant, 2 * dayMs)
    const { tenant } = partner
    await orderNext(stack, { tenant, grant_type: 'refresh_token', clientInfo: whose(partner) })
    await expectRefusedAndUnchanged(stack, { partner }, notHers)
    await untilLogged(stack, `alarm_${alarm}`, tenant)
    expectIssued(await partner.ask())
  },
)

test('the owner is checked at a customer too', async () => {
  const partner = await onboarded(stack)
  const customer = partner.customer.tenant
  const clientInfo = { uid: partner.ada.objectId, utid: customer }
  await orderNext(stack, { tenant: customer, grant_type: 'refresh_token', clientInfo })
  await expectRefusedAndUnchanged(stack, { partner, customer }, notHers)
  expectIssued(await partner.ask({ customer }))
})

/** Puts a text into the vault beneath a partner's own name, and has the partner's row point to it. */
const plant = async ({ tenant }: Onboarded, sealed: string, kid?: string): Promise<void> => {
  const row = await grantOf(stack, tenant)
  const secrets = await secretsAsBroker(stack)
  const { properties } = await secrets.setSecret(secretNameOf(row), sealed)
  await rewriteGrant(stack, tenant, () => ({
    sealed: JSON.stringify({
      ...sealedOf(row),
      secretVersion: properties.version,
      ...(kid !== undefined && { kid }),
    }),
  }))
}

const sealedTextOf = async ({ tenant }: Onboarded): Promise<string> => {
  const row = await grantOf(stack, tenant)
  const version = sealedOf(row).secretVersion
  const { value } = await (await secretsAsBroker(stack)).getSecret(secretNameOf(row), { version })
  return value ?? ''
}

test('a sealed token swapped between two partners does not open, and Entra is not even asked', async () => {
  const [partner, other] = [await onboarded(stack), await onboarded(stack)]
  await plant(partner, await sealedTextOf(other))
  const before = await redemptions(stack, partner.tenant, 'refresh_token')
  await expectRefusedAndUnchanged(
    stack,
    { partner },
    {
      code: 'internal',
      says: 'the sealed refresh token does not belong to this grant. The operator must look into',
    },
  )
  await untilLogged(stack, 'alarm_seal_mismatch', partner.tenant)
  expect(await redemptions(stack, partner.tenant, 'refresh_token')).toBe(before)
  expectIssued(await other.ask())
})

test('another person’s refresh token, sealed anew as if it were this partner’s, gives no token', async () => {
  const [partner, other] = [await onboarded(stack), await onboarded(stack)]
  const sealing = await sealingAsBroker(stack)
  const { app, partner: tenant, generation, ...row } = await contextOf(other)
  const stolen = await sealing.unseal(await sealedTextOf(other), {
    app,
    partner: tenant,
    generation,
    kid: row.kid,
  })
  const { kid: _kid, ...own } = await contextOf(partner)
  // Anyone can do this: the public half of the key is enough.
  const { sealed, kid } = await sealing.seal(stolen, own)
  await plant(partner, sealed, kid)
  const before = await storedOf(stack, partner.tenant)
  const answer = await partner.ask()
  expect({ status: answer.status, token: answer.body.access_token }).toEqual({
    status: expect.toSatisfy((status) => status >= 400),
    token: undefined,
  })
  const after = await storedOf(stack, partner.tenant)
  expect(after.versions).toEqual(before.versions)
  expect(after.row['sealed']).toBe(before.row['sealed'])
})

test('a colleague’s refresh token, sealed anew as if it were the consenting person’s, gives no token', async () => {
  const partner = await onboarded(stack)
  const sealing = await sealingAsBroker(stack)
  const context = await contextOf(partner)
  const adas = await sealing.unseal(await sealedTextOf(partner), context)
  // As if Fay had consented: then Ada's token is the colleague's.
  await rewriteGrant(stack, partner.tenant, () => ({ consentedBy: partner.fay.objectId }))
  const { sealed, kid } = await sealing.seal(adas, context)
  await plant(partner, sealed, kid)
  await expectRefusedAndUnchanged(stack, { partner }, notHers)
})

const contextOf = async ({ tenant }: Onboarded) => {
  const row = await grantOf(stack, tenant)
  return {
    app: String(row['app']),
    partner: tenant,
    generation: Number(row['generation']),
    kid: sealedOf(row).kid,
  }
}

test('a vault secret that is gone is the operator’s affair', async () => {
  const partner = await onboarded(stack)
  const row = await grantOf(stack, partner.tenant)
  await rewriteGrant(stack, partner.tenant, () => ({
    sealed: JSON.stringify({ ...sealedOf(row), secretVersion: 'f'.repeat(32) }),
  }))
  await expectRefusedAndUnchanged(
    stack,
    { partner },
    {
      code: 'internal',
      says: "the partner's sealed refresh token is missing. The operator must look into the vault",
    },
  )
  await untilLogged(stack, 'alarm_sealed_token_absent', partner.tenant)
})

test('a version that is gone is made up for by the one before', async () => {
  const partner = await onboarded(stack)
  const row = await grantOf(stack, partner.tenant)
  await rewriteGrant(stack, partner.tenant, () => ({
    previous: JSON.stringify(sealedOf(row)),
    sealed: JSON.stringify({ ...sealedOf(row), secretVersion: 'f'.repeat(32) }),
  }))
  expectIssued(await partner.ask())
})
