import { expect } from 'vitest'
import * as z from 'zod'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import type { RefusalView } from '../../../shared/http/pages/outcome-view.ts'
import { catalogues } from '../../../shared/http/pages/catalogue.ts'
import { askToken, type Caller } from './ask-token.ts'
import type { Page } from './consent-flow.ts'
import { audiences, manage } from './management.ts'
import { textOf } from './read-page.ts'
import { secretsWritten } from './recorded.ts'
import { grantRow } from './stored-rows.ts'

const facts = { operatorName: 'Contoso Marketplace B.V.' }

/** The page is that of this refusal: its title, its status, who must act, and what was stored. */
export const expectRefusal = (
  page: Page,
  [kind, status]: [kind: RefusalView['kind'], status: number],
  language: 'en' | 'nl' = 'en',
): void => {
  const words = catalogues[language].refusals[kind](facts)
  expect({ status: page.status, heading: page.heading }).toEqual({ status, heading: words.title })
  const text = textOf(page.html)
  expect(text).toContain(words.who)
  expect(text).toContain(words.stored)
}

/** The page says that the consent is stored. */
export const expectConsented = ({ status, heading }: Page): void =>
  expect({ status, heading }).toEqual({ status: 200, heading: catalogues.en.consented.title })

/** The state of an invitation as the management API tells it. */
export const invitationStatus = async (stack: StackFacts, id: string): Promise<string> => {
  const answer = await manage(stack, { path: `/manage/invitations/${id}` })
  return z.object({ status: z.string() }).parse(await answer.json()).status
}

/** Nothing of this partner is stored: no row, no secret. */
export const expectNothingStored = async (stack: StackFacts, partner: string): Promise<void> => {
  expect(await grantRow(stack, partner)).toBeUndefined()
  expect(await secretsWritten(stack, partner)).toBe(0)
}

/** Remembers what is stored of a partner, and gives the check that it is still just that. */
export const remembered = async (
  stack: StackFacts,
  { tenant, caller }: { tenant: string; caller: Caller },
): Promise<() => Promise<void>> => {
  const state = async () => ({
    row: await grantRow(stack, tenant),
    secrets: await secretsWritten(stack, tenant),
  })
  const before = await state()
  expect(before.row).toBeDefined()
  return async () => {
    expect(await state()).toEqual(before)
    const { status, body } = await askToken(stack, {
      caller,
      partner: tenant,
      audience: audiences.partnerCenter,
    })
    expect({ status, error: body.error_description }).toEqual({ status: 200 })
  }
}
