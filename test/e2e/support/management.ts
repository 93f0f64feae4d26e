import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { callerToken, callerWithRole } from '../../../local/stack/caller-token.ts'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { askToken, type Caller } from './ask-token.ts'
import { changeDirectory } from './own-partner.ts'

export const audiences = {
  partnerCenter: 'https://api.partnercenter.microsoft.com',
  graph: 'https://graph.microsoft.com',
  arm: 'https://management.azure.com',
}

export type ManageRequest = {
  method?: string
  path: string
  /** Sent as JSON; a string as it is. */
  body?: object | string
  headers?: Record<string, string>
  /** Whose token is sent; without it that of the stack's caller with `Broker.Manage`. */
  caller?: Caller
}

/** One request to the management API. */
export const manage = async (stack: StackFacts, request: ManageRequest): Promise<Response> => {
  const { method = 'GET', path, body, headers } = request
  const token = await callerToken(stack, request.caller ?? callerWithRole(stack, 'Broker.Manage'))
  return fetch(`${stack.broker}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

/** The answer to a new invitation. */
export const invitedSchema = z.strictObject({
  id: z.string(),
  url: z.string(),
  expiresAt: z.iso.datetime(),
  code: z.string(),
  message: z.strictObject({ subject: z.string(), text: z.string() }),
})

export type Invited = z.output<typeof invitedSchema>

/** Invites a partner; for all three audiences unless `more` says otherwise. */
export const invite = async (
  stack: StackFacts,
  { tenant, name }: { tenant: string; name: string },
  more: object = {},
): Promise<Invited> => {
  const all = Object.values(audiences)
  const body = { partner: tenant, audiences: all, displayName: name, ...more }
  const answer = await manage(stack, { method: 'POST', path: '/manage/invitations', body })
  if (answer.status !== 201) throw new Error(`no invitation: ${await answer.text()}`)
  return invitedSchema.parse(await answer.json())
}

/**
 * Permits the caller to ask for every audience of every partner and customer (`more` changes that)
 * and waits until the broker knows it. The purpose is `test`.
 */
export const permit = async (
  stack: StackFacts,
  caller: Caller,
  more: { name?: string; partners?: string[]; [field: string]: unknown } = {},
): Promise<{ name: string }> => {
  const { name = `test-${randomUUID()}`, ...changes } = more
  const body = {
    caller: { tenant: caller.tenant, clientId: caller.clientId },
    partners: 'any',
    audiences: Object.values(audiences),
    customers: 'any',
    purposes: ['test'],
    ...changes,
  }
  const path = `/manage/permissions/${name}`
  const answer = await manage(stack, { method: 'PUT', path, body })
  if (!answer.ok) throw new Error(`no permission: ${await answer.text()}`)
  const partner = changes.partners?.[0] ?? randomUUID()
  const audience = body.audiences[0] ?? audiences.graph
  await untilKnown(() => askToken(stack, { caller, partner, audience, purpose: 'test' }))
  return { name }
}

/** A caller that may ask for every partner: one for all files, since a new permission takes a while. */
export const permittedCaller = async (stack: StackFacts): Promise<Caller> => {
  const caller = {
    name: 'Caller of every partner',
    tenant: stack.brokerTenant,
    clientId: 'ca11e400-0000-4000-8000-000000000e2e',
    clientSecret: 'known to the tests only',
    roles: ['Token.Issue'],
  }
  await changeDirectory(stack, { callers: [caller] })
  await permit(stack, caller, { name: 'test-every-partner' })
  return caller
}

// Each broker looks at the policy again after 10 seconds.
const patienceMs = 25_000
const pauseMs = 250

const untilKnown = async (ask: () => Promise<{ status: number }>): Promise<void> => {
  const until = Date.now() + patienceMs
  while ((await ask()).status === 403) {
    if (Date.now() > until) throw new Error('the permission does not take effect')
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
