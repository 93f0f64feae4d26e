import { expect } from 'vitest'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { askToken, type Caller, type TokenAnswer } from './ask-token.ts'
import { audiences, manage } from './management.ts'
import { ownCaller } from './own-partner.ts'

// Each broker looks at the policy again after 10 seconds, and must know of a change within 30.
const policyMs = 30_000
const pauseMs = 250

/** Asks until the answer has this status; fails when it still has another after 30 seconds. */
export const untilStatus = async (
  status: number,
  ask: () => Promise<TokenAnswer>,
): Promise<TokenAnswer> => {
  const until = Date.now() + policyMs
  let answer = await ask()
  while (answer.status !== status && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    answer = await ask()
  }
  expect({ status: answer.status, problem: answer.body.error_description }).toMatchObject({
    status,
  })
  return answer
}

/** Writes a permission of the caller by the management API; every partner, customer and audience unless told. */
export const putPermission = async (
  stack: StackFacts,
  { name, caller, ...more }: { name: string; caller: Caller; [field: string]: unknown },
): Promise<void> => {
  const body = {
    caller: { tenant: caller.tenant, clientId: caller.clientId },
    partners: 'any',
    audiences: Object.values(audiences),
    customers: 'any',
    purposes: ['test'],
    ...more,
  }
  const answer = await manage(stack, { method: 'PUT', path: `/manage/permissions/${name}`, body })
  if (!answer.ok) throw new Error(`no permission: ${await answer.text()}`)
}

/** A caller of the test's own, and the name of its one permission. */
export const callerWithPermission = async (
  stack: StackFacts,
  more: object = {},
): Promise<Caller & { permission: string }> => {
  const caller = await ownCaller(stack, ['Token.Issue'])
  const permission = `test-${caller.clientId}`
  await putPermission(stack, { name: permission, caller, ...more })
  return { ...caller, permission }
}

/** Waits until a broker knows the permissions written so far: the last of them allows this caller. */
export const untilPermitted = async (
  stack: StackFacts,
  caller: Caller,
  audience = audiences.graph,
): Promise<void> => {
  await untilStatus(400, () =>
    askToken(stack, { caller, partner: crypto.randomUUID(), audience, purpose: 'test' }),
  )
}

/** The answer holds no token, in any field or header. */
export const expectNoToken = (answer: { headers: object; text: string }): void => {
  const all = `${JSON.stringify(answer.headers)}${answer.text}`
  expect(all).not.toMatch(/eyJ[\w-]{8,}\.[\w-]+\.|access_token|refresh_token/)
}
