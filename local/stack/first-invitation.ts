import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { callerToken, callerWithRole } from './caller-token.ts'
import type { StackFacts } from './stack-facts.ts'

const invitationSchema = z.object({
  id: z.string(),
  url: z.string(),
  expiresAt: z.union([z.string(), z.number()]),
  code: z.string(),
})

export type FirstInvitation = z.output<typeof invitationSchema>

const audiences = [
  'https://api.partnercenter.microsoft.com',
  'https://graph.microsoft.com',
  'https://management.azure.com',
]

/**
 * The invitation of the first partner. On a fresh state it is made through the management API,
 * with a permission for the first caller; later it is the kept one, at the address of today.
 */
export const firstInvitation = async (
  folder: string,
  facts: StackFacts,
): Promise<FirstInvitation> => {
  const file = join(folder, 'first-invitation.json')
  const kept = readKept(file)
  if (kept) return { ...kept, url: kept.url.replace(/^https:\/\/[^/]+/, facts.onboarding) }
  const invitation = await invite(facts)
  writeFileSync(`${file}.tmp`, JSON.stringify(invitation), { mode: 0o600 })
  renameSync(`${file}.tmp`, file)
  return invitation
}

const readKept = (file: string): FirstInvitation | undefined => {
  if (!existsSync(file)) return undefined
  const kept = invitationSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  return kept && new Date(kept.expiresAt).getTime() > Date.now() ? kept : undefined
}

const invite = async (facts: StackFacts): Promise<FirstInvitation> => {
  const partner = facts.partners[0]
  if (!partner) throw new Error('the directory holds no partner')
  const { tenant, clientId } = callerWithRole(facts, 'Token.Issue')
  const manage = await managing(facts)
  await manage('PUT', '/manage/permissions/first-caller', {
    caller: { tenant, clientId },
    partners: [partner.tenant],
    audiences,
    customers: 'any',
    purposes: ['marketplace'],
    mode: 'enforce',
  })
  const invited = { partner: partner.tenant, audiences, displayName: partner.name }
  return invitationSchema.parse(await manage('POST', '/manage/invitations', invited))
}

const managing = async (facts: StackFacts) => {
  const token = await callerToken(facts, callerWithRole(facts, 'Broker.Manage'))
  return async (method: string, path: string, body: object): Promise<unknown> => {
    const answer = await fetch(`${facts.broker}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
}
