import { describe, expect, inject, test } from 'vitest'
import { callerWithPermission, untilPermitted } from './support/attack-checks.ts'
import { askToken, type TokenAnswer } from './support/ask-token.ts'
import { untilLogged } from './support/broker-log.ts'
import { expectIssued, onboarded, type Onboarded } from './support/issuing.ts'
import { audiences } from './support/management.ts'
import { changeDirectory, ownCaller } from './support/own-partner.ts'
import { putPolicyRow } from './support/policy-rows.ts'
import { redemptions } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'
import { grantOf, rewriteGrant, sealedOf, secretNameOf, storedOf } from './support/stored-grant.ts'
import { tableOf } from './support/stored-rows.ts'
import { sealingAsBroker, secretsAsBroker } from './support/vault-as-broker.ts'

const stack = inject('stack')

/** What somebody who may write to the table and the vault, but not unseal, can do. */
const plant = async ({ tenant }: Onboarded, sealed: string): Promise<void> => {
  const row = await grantOf(stack, tenant)
  const { properties } = await (await secretsAsBroker(stack)).setSecret(secretNameOf(row), sealed)
  const secretVersion = properties.version
  await rewriteGrant(stack, tenant, () => ({
    sealed: JSON.stringify({ ...sealedOf(row), secretVersion }),
  }))
}

const sealedTextOf = async ({ tenant }: Onboarded): Promise<string> => {
  const row = await grantOf(stack, tenant)
  const version = sealedOf(row).secretVersion
  const { value } = await (await secretsAsBroker(stack)).getSecret(secretNameOf(row), { version })
  return value ?? ''
}

const contextOf = async ({ tenant }: Onboarded) => {
  const row = await grantOf(stack, tenant)
  const generation = Number(row['generation'])
  return { app: String(row['app']), partner: tenant, generation, kid: sealedOf(row).kid }
}

/** The refresh token of a partner whom the attacker controls. */
const refreshTokenOf = async (attacker: Onboarded): Promise<string> =>
  (await sealingAsBroker(stack)).unseal(await sealedTextOf(attacker), await contextOf(attacker))

/** Seals as anyone can who has the public half of the key. */
const sealedFor = async (victim: Onboarded, refreshToken: string): Promise<string> => {
  const context = await contextOf(victim)
  return (await (await sealingAsBroker(stack)).seal(refreshToken, context)).sealed
}

const expectWithheld = ({ status, body }: TokenAnswer): void => {
  expect({ status, token: body.access_token }).toEqual({ status: 500, token: undefined })
}

const pair = async (): Promise<{ victim: Onboarded; attacker: Onboarded }> => ({
  victim: await onboarded(stack),
  attacker: await onboarded(stack),
})

const asked = ({ tenant }: Onboarded) => redemptions(stack, tenant, 'refresh_token')

describe('the attacker’s own refresh token, sealed with the public key for another partner', () => {
  test('gives no token, is never written back, and alarms', async () => {
    const { victim, attacker } = await pair()
    // As a guest of the victim's tenant the attacker's account is good there: Entra gives a token.
    const { username } = attacker.ada
    await changeDirectory(stack, { people: [{ username, guestIn: victim.tenant }] })
    await plant(victim, await sealedFor(victim, await refreshTokenOf(attacker)))
    const before = await storedOf(stack, victim.tenant)
    expectRefusal(await victim.ask(), {
      code: 'internal',
      says: "the token was not the consenting person's",
    })
    await untilLogged(stack, 'alarm_token_owner_mismatch', victim.tenant)
    expect(await storedOf(stack, victim.tenant)).toEqual(before)
    expectIssued(await attacker.ask())
  })

  test('gives none either when the row names the attacker as who consented', async () => {
    const { victim, attacker } = await pair()
    const { username, objectId } = attacker.ada
    await changeDirectory(stack, { people: [{ username, guestIn: victim.tenant }] })
    await plant(victim, await sealedFor(victim, await refreshTokenOf(attacker)))
    await rewriteGrant(stack, victim.tenant, () => ({ consentedBy: objectId }))
    expectWithheld(await victim.ask())
    await untilLogged(stack, 'alarm_token_owner_mismatch', victim.tenant)
  })

  test('gives none at the victim’s customer', async () => {
    const { victim, attacker } = await pair()
    const customer = victim.customer.tenant
    await changeDirectory(stack, {
      people: [{ username: attacker.ada.username, guestIn: customer }],
    })
    await plant(victim, await sealedFor(victim, await refreshTokenOf(attacker)))
    expectWithheld(await victim.ask({ customer }))
    await untilLogged(stack, 'alarm_token_owner_mismatch', victim.tenant)
  })
})

describe('swapped between two partners,', () => {
  test('the sealed tokens do not open, and Entra is not asked', async () => {
    const { victim, attacker } = await pair()
    const [ofVictim, ofAttacker] = [await sealedTextOf(victim), await sealedTextOf(attacker)]
    await plant(victim, ofAttacker)
    await plant(attacker, ofVictim)
    const before = [await asked(victim), await asked(attacker)]
    expectWithheld(await victim.ask())
    expectWithheld(await attacker.ask())
    expect([await asked(victim), await asked(attacker)]).toEqual(before)
    await untilLogged(stack, 'alarm_seal_mismatch', victim.tenant)
    await untilLogged(stack, 'alarm_seal_mismatch', attacker.tenant)
  })

  test('the pointers of the rows lead nowhere', async () => {
    const { victim, attacker } = await pair()
    const [one, other] = [
      await grantOf(stack, victim.tenant),
      await grantOf(stack, attacker.tenant),
    ]
    await rewriteGrant(stack, victim.tenant, () => ({ sealed: other['sealed'] }))
    await rewriteGrant(stack, attacker.tenant, () => ({ sealed: one['sealed'] }))
    const before = [await asked(victim), await asked(attacker)]
    expectWithheld(await victim.ask())
    expectWithheld(await attacker.ask())
    expect([await asked(victim), await asked(attacker)]).toEqual(before)
  })

  test('a whole row under the other partner’s key is no grant of his', async () => {
    const { victim, attacker } = await pair()
    const own = await grantOf(stack, victim.tenant)
    const { etag: _etag, timestamp: _at, ...columns } = await grantOf(stack, attacker.tenant)
    const { partitionKey = '', rowKey = '' } = own
    await tableOf(stack, 'grants').updateEntity({ ...columns, partitionKey, rowKey }, 'Replace')
    const answer = await victim.ask()
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body.access_token).toBeUndefined()
  })

  test('a row that names the other partner’s generation and application opens nothing', async () => {
    const { victim } = await pair()
    for (const change of [{ generation: 2 }, { app: crypto.randomUUID() }]) {
      const { etag: _etag, timestamp: _at, ...before } = await grantOf(stack, victim.tenant)
      await rewriteGrant(stack, victim.tenant, () => change)
      expectWithheld(await victim.ask())
      await rewriteGrant(stack, victim.tenant, () => before)
    }
    expectIssued(await victim.ask())
  })

  test('a sealed token of an earlier generation does not serve the later one', async () => {
    const { victim } = await pair()
    const earlier = await sealedTextOf(victim)
    await rewriteGrant(stack, victim.tenant, () => ({ generation: 2 }))
    await plant(victim, earlier)
    expectWithheld(await victim.ask())
    await untilLogged(stack, 'alarm_seal_mismatch', victim.tenant)
  })
})

test('a sealed token that was changed by one letter does not open', async () => {
  const victim = await onboarded(stack)
  const parts = (await sealedTextOf(victim)).split('.')
  for (const changed of [2, 3, 4]) {
    const text = parts.map((part, at) => (at === changed ? flipped(part) : part)).join('.')
    await plant(victim, text)
    expectWithheld(await victim.ask())
  }
})

const flipped = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)

test('a permission that stands under another name grants nothing', async () => {
  const caller = await ownCaller(stack, ['Token.Issue'])
  const { tenant, clientId } = caller
  await putPolicyRow(stack, 'permission:smuggled', {
    name: 'another',
    caller: JSON.stringify({ tenant, clientId }),
    partners: JSON.stringify('any'),
    audiences: JSON.stringify([audiences.graph]),
    customers: JSON.stringify('any'),
    purposes: JSON.stringify(['test']),
    mode: 'enforce',
  })
  await untilPermitted(stack, await callerWithPermission(stack))
  const partner = crypto.randomUUID()
  const answer = await askToken(stack, { caller, partner, audience: audiences.graph })
  expectRefusal(answer, { code: 'not_permitted', says: 'no permission lets this caller' })
})
