import { beforeAll, describe, expect, inject, test } from 'vitest'
import { askToken } from './support/ask-token.ts'
import { consent } from './support/consent-flow.ts'
import { entraError, expectIssued, onboarded } from './support/issuing.ts'
import { addFault, clearFaults } from './support/faults.ts'
import { audiences } from './support/management.ts'
import { ownStack, type OwnStack } from './support/own-stack.ts'
import { recorded } from './support/recorded.ts'
import { expectRefusal } from './support/refusal.ts'

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** How our application proved itself at Entra for one partner, by grant type. */
const proofsAt = async (entra: string, partner: string) => {
  const asked = await recorded(entra, `/${partner}/oauth2/v2.0/token`)
  return asked.map(({ form }) => ({
    grantType: form['grant_type'],
    hasSecret: 'client_secret' in form,
    assertionType: form['client_assertion_type'],
  }))
}

describe('with APP_CREDENTIAL=secret', () => {
  let stack: OwnStack
  beforeAll(async () => {
    stack = await ownStack({ appCredential: 'secret' })
    return stack.stop
  })

  const ask = (audience: string) =>
    askToken(stack.facts, { caller: stack.caller, partner: stack.partner, audience })

  test('a partner consents and a token is issued, and Entra sees the secret and no assertion', async () => {
    const { status } = await consent(stack.invitation.url, stack.ada)
    expect(status).toBe(200)
    expectIssued(await ask(audiences.graph))
    const proofs = await proofsAt(stack.facts.entra, stack.partner)
    const grantTypes = new Set(proofs.map(({ grantType }) => grantType))
    expect(grantTypes).toEqual(new Set(['authorization_code', 'refresh_token']))
    for (const proof of proofs) {
      expect(proof).toMatchObject({ hasSecret: true, assertionType: undefined })
    }
  })

  test('a secret that Entra refuses is the operator’s affair, and is read anew for the next request', async () => {
    const body = entraError('invalid_client', [7000215])
    const match = { tenant: stack.partner, grant_type: 'refresh_token' }
    await addFault(stack.facts.entra, { match, status: 401, body, times: 1 })
    const says = "refused the broker's own application or its credential. The operator must act"
    const refusal = { code: 'app_misconfigured', numbers: [7000215], says } as const
    expectRefusal(await ask(audiences.arm), refusal)
    await clearFaults(stack.facts.entra)
    expectIssued(await ask(audiences.arm))
  })
})

describe('with APP_CREDENTIAL=federated', () => {
  const stack = inject('stack')

  test('the same happens by the managed identity’s assertion, and no secret is ever sent', async () => {
    const partner = await onboarded(stack)
    expectIssued(await partner.ask())
    const proofs = await proofsAt(stack.entra, partner.tenant)
    const grantTypes = new Set(proofs.map(({ grantType }) => grantType))
    expect(grantTypes).toEqual(new Set(['authorization_code', 'refresh_token']))
    for (const proof of proofs) {
      expect(proof).toMatchObject({ hasSecret: false, assertionType: jwtBearer })
    }
  })
})
