import { createHash } from 'node:crypto'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { askToken, type Caller } from './ask-token.ts'
import { audiences, manage } from './management.ts'
import { changeDirectory } from './own-partner.ts'

const everything = {
  partners: 'any',
  audiences: Object.values(audiences),
  customers: 'any',
  purposes: ['marketplace'],
}
const past = '2020-01-01T00:00:00Z'

/** Callers that every file may use, each with the one permission that is written beside it. */
const permissions = {
  /** Named by a permission that never grants. */
  audited: { ...everything, mode: 'audit' },
  expired: { ...everything, notAfter: past },
  /** Partner Center at the partner's own tenant, and nothing else. */
  narrow: { ...everything, audiences: [audiences.partnerCenter], customers: 'none' },
  several: { ...everything, purposes: ['billing', 'support'] },
  /** Every partner, customer and audience, for `marketplace`. */
  any: everything,
}

type Name = keyof typeof permissions | 'unknown'

const callerOf = (stack: StackFacts, name: Name): Caller => {
  const hex = createHash('sha256').update(`caller ${name}`).digest('hex')
  return {
    name: `Caller ${name}`,
    tenant: stack.brokerTenant,
    clientId: `ca11e400-0000-4000-8000-${hex.slice(0, 12)}`,
    clientSecret: hex,
    roles: ['Token.Issue'],
  }
}

/**
 * The callers with permissions of the end-to-end tests, and `unknown`, whom none names. Made once for
 * a stack and then shared: a broker looks at new permissions only every 10 seconds.
 */
export const issuingCallers = async (stack: StackFacts): Promise<Record<Name, Caller>> => {
  const callers = {
    audited: callerOf(stack, 'audited'),
    expired: callerOf(stack, 'expired'),
    narrow: callerOf(stack, 'narrow'),
    several: callerOf(stack, 'several'),
    any: callerOf(stack, 'any'),
    unknown: callerOf(stack, 'unknown'),
  }
  await changeDirectory(stack, { callers: Object.values(callers) })
  for (const [name, permission] of Object.entries(permissions)) {
    await permitOnce(stack, name, { ...permission, caller: idsOf(callerOf(stack, nameOf(name))) })
  }
  await untilPermitted(stack, callers.any)
  return callers
}

const nameOf = (text: string): Name =>
  text === 'audited' || text === 'expired' || text === 'narrow' || text === 'several' ? text : 'any'

const idsOf = ({ tenant, clientId }: Caller) => ({ tenant, clientId })

const permitOnce = async (stack: StackFacts, name: string, body: object): Promise<void> => {
  const path = `/manage/permissions/e2e-${name}`
  const headers = { 'if-none-match': '*' }
  const answer = await manage(stack, { method: 'PUT', path, body, headers })
  if (!answer.ok && answer.status !== 412) throw new Error(await answer.text())
}

const patienceMs = 25_000

// The last of the permissions: whoever sees it sees the ones before.
const untilPermitted = async (stack: StackFacts, caller: Caller): Promise<void> => {
  const until = Date.now() + patienceMs
  const asked = { caller, partner: crypto.randomUUID(), audience: audiences.graph }
  while ((await askToken(stack, asked)).status === 403) {
    if (Date.now() > until) throw new Error('the permissions do not take effect')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
