import { expect } from 'vitest'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import type { Fault } from '../../../local/kit/faults.ts'
import { askToken, type TokenAnswer } from './ask-token.ts'
import { onboard } from './consent-flow.ts'
import { addFault } from './faults.ts'
import { issuingCallers } from './issuing-callers.ts'
import { audiences } from './management.ts'
import { ownPartner, type OwnPartner } from './own-partner.ts'
import { expectRefusal } from './refusal.ts'
import { storedOf } from './stored-grant.ts'

type Target = { audience?: string; customer?: string }

/** A partner that has consented, and how a caller who may do everything asks for its tokens. */
export type Onboarded = OwnPartner & {
  ask: (target?: Target) => Promise<TokenAnswer>
  /** Has Entra answer every redemption at the partner's tenant so; once, with `times: 1`. */
  entraAnswers: (fault: Omit<Partial<Fault>, 'match'>) => Promise<unknown>
  /** The same at the customer's tenant. */
  entraAnswersAtCustomer: (fault: Omit<Partial<Fault>, 'match'>) => Promise<unknown>
}

/** Makes a partner that no other test knows, and has its administrator consent. */
export const onboarded = async (stack: StackFacts): Promise<Onboarded> => {
  const { any } = await issuingCallers(stack)
  const partner = await ownPartner(stack)
  await onboard(stack, partner)
  const answers = (tenant: string) => (fault: Omit<Partial<Fault>, 'match'>) =>
    addFault(stack.entra, { match: { tenant, grant_type: 'refresh_token' }, ...fault })
  return {
    ...partner,
    ask: ({ audience = audiences.graph, customer } = {}) =>
      askToken(stack, {
        caller: any,
        partner: partner.tenant,
        audience,
        ...(customer !== undefined && { customer }),
      }),
    entraAnswers: answers(partner.tenant),
    entraAnswersAtCustomer: answers(partner.customer.tenant),
  }
}

type Refusal = Parameters<typeof expectRefusal>[1]

/** Asks, is refused so, and finds everything stored as it was before: no new version, no other row. */
export const expectRefusedAndUnchanged = async (
  stack: StackFacts,
  { partner, ...target }: Target & { partner: Onboarded },
  refusal: Refusal,
): Promise<void> => {
  const before = await storedOf(stack, partner.tenant)
  expectRefusal(await partner.ask(target), refusal)
  expect(await storedOf(stack, partner.tenant)).toEqual(before)
}

/** A token comes. */
export const expectIssued = ({ status, body }: TokenAnswer): void => {
  expect({ status, problem: body.error_description }).toEqual({ status: 200, problem: undefined })
  expect(body.access_token).toMatch(/^eyJ/)
}

/** Entra's body of a refusal. */
export const entraError = (
  error: string,
  numbers: number[],
  more: object = {},
): Record<string, unknown> => ({
  error,
  error_description: numbers.map((number) => `AADSTS${number}: text of Entra.`).join(' '),
  error_codes: numbers,
  trace_id: crypto.randomUUID(),
  ...more,
})
