import { randomBytes } from 'node:crypto'
import { walkPartner } from './canary-partner.ts'
import { callerToken } from '../../../local/stack/caller-token.ts'
import { askToken } from './ask-token.ts'
import { consent, openPage, postCallback, signIn, startSignIn } from './consent-flow.ts'
import { mint, claimsOf, orderNext } from './entra-controls.ts'
import { addFault, clearFaults } from './faults.ts'
import { audiences, invite, manage } from './management.ts'
import type { OwnStack } from './own-stack.ts'
import { postToken } from './post-token.ts'
import { letAge } from './stored-grant.ts'

const dayMs = 24 * 3600_000

/** Something that looks like a secret, to be put where a careless program would repeat it. */
export const planted = (): string => `1.${randomBytes(40).toString('base64url')}`

/** What the walk itself sent or was given that must be seen nowhere. */
export type Walked = { links: string[]; cookies: string[]; planted: string[]; forms: string[] }

/** Goes through the whole of the product: invites, consents, refused consents, tokens, errors. */
export const walk = async (stack: OwnStack): Promise<Walked> => {
  const { facts, partner } = stack
  const invited = await invite(facts, { tenant: partner, name: 'Fabrikam' })
  const walked: Walked = {
    links: [stack.invitation.url, invited.url],
    cookies: [],
    planted: [],
    forms: [],
  }
  await refuseConsents(stack, invited.url, walked)
  const done = await consent(invited.url, stack.ada)
  walked.cookies.push(done.started.cookie)
  await postCallback(done.posted, done.started)
  await issue(stack)
  const { cookies, csrf } = await walkPartner(stack)
  walked.cookies.push(...cookies)
  walked.forms.push(csrf)
  await failUpstream(stack, walked)
  await refuseCallers(stack, walked)
  await refuseOperators(stack, walked)
  // One attempt stays under way.
  walked.cookies.push((await startSignIn(stack.invitation.url)).cookie)
  return walked
}

const refuseConsents = async (stack: OwnStack, url: string, walked: Walked): Promise<void> => {
  await openPage(url)
  await openPage(url, { 'accept-language': 'nl' })
  await openPage(`${url}x`)
  const mayConsent = ({ tenant, mfa, agent }: OwnStack['ada']) =>
    tenant === stack.partner && mfa && agent
  for (const { username } of stack.facts.people.filter((person) => !mayConsent(person))) {
    const started = await startSignIn(url)
    walked.cookies.push(started.cookie)
    const posted = await signIn(started, { username }).catch(() => undefined)
    if (posted) await postCallback(posted, started)
  }
  walked.cookies.push((await consent(url, 'cancel')).started.cookie)
  const started = await startSignIn(url)
  walked.cookies.push(started.cookie)
  const posted = await signIn(started, stack.ada)
  await postCallback(posted, {})
  const forged = { ...posted, fields: { ...posted.fields, state: newPlanted(walked) } }
  await postCallback(forged, started)
  await orderNext(stack.facts, {
    tenant: stack.partner,
    grant_type: 'refresh_token',
    clientInfo: null,
  })
  await postCallback(posted, started)
  await postCallback(posted, started)
}

const newPlanted = (walked: Walked): string => {
  const text = planted()
  walked.planted.push(text)
  return text
}

const issue = async ({ facts, partner, caller }: OwnStack): Promise<void> => {
  const customer = facts.customers.find((one) => one.partner === partner)?.tenant ?? ''
  const asked = { caller, partner, audience: audiences.partnerCenter }
  await askToken(facts, asked)
  await askToken(facts, asked)
  await askToken(facts, { ...asked, customer })
  await letAge(facts, partner, 2 * dayMs)
  await askToken(facts, { ...asked, audience: audiences.graph })
}

/** Each dependency fails with a body that repeats a secret, as real ones sometimes do. */
const failUpstream = async (stack: OwnStack, walked: Walked): Promise<void> => {
  const { facts, partner, caller } = stack
  const asked = { caller, partner, audience: audiences.arm }
  const secret = newPlanted(walked)
  const body = { error: 'invalid_grant', error_description: secret, error_codes: [135010] }
  const match = { tenant: partner, grant_type: 'refresh_token' }
  const faults = [
    [facts.entra, { match, status: 400, body }],
    [facts.entra, { match, status: 401, body: { ...body, error: 'invalid_client' } }],
    [facts.entra, { match, status: 500, body: `<html>${secret}</html>` }],
    [facts.vault, { match: { path: partner }, status: 500, body: secret }],
    [
      facts.vault,
      { match: { path: '/unwrapkey' }, status: 403, body: { error: { code: secret } } },
    ],
    [facts.tables, { match: { path: partner }, status: 500, body: secret }],
    [facts.tables, { match: { path: '/invitations' }, status: 500, body: secret }],
  ] as const
  for (const [address, fault] of faults) {
    await addFault(address, fault)
    await askToken(facts, asked)
    await openPage(stack.invitation.url)
    await clearFaults(address)
  }
  await orderNext(facts, { tenant: partner, grant_type: 'refresh_token', clientInfo: null })
  await askToken(facts, asked)
}

const refuseCallers = async ({ facts, caller }: OwnStack, walked: Walked): Promise<void> => {
  const token = await callerToken(facts, caller)
  const foreign = await mint(facts, { claims: claimsOf(token), key: 'foreign' })
  const expired = await mint(facts, { claims: { ...claimsOf(token), exp: 1 } })
  walked.planted.push(token, foreign, expired)
  for (const assertion of [foreign, expired, newPlanted(walked)]) {
    await postToken(facts, assertion, {})
    await postToken(facts, assertion, { headers: { authorization: `Bearer ${assertion}` } })
  }
  // Where it does not belong: in the query, the scope, the purpose, the claims and the path.
  await postToken(facts, token, { query: `?client_assertion=${token}`, body: '' })
  await postToken(facts, token, { fields: { scope: newPlanted(walked) } })
  await postToken(facts, token, { fields: { purpose: newPlanted(walked) } })
  await postToken(facts, token, { fields: { claims: newPlanted(walked) } })
  await postToken(facts, token, { authority: newPlanted(walked) })
  await postToken(facts, token, {})
}

const refuseOperators = async ({ facts, partner }: OwnStack, walked: Walked): Promise<void> => {
  const path = '/manage/invitations'
  const wrong = { partner, audiences: [newPlanted(walked)], [newPlanted(walked)]: 1 }
  await manage(facts, { method: 'POST', path, body: wrong })
  await manage(facts, { method: 'POST', path, body: newPlanted(walked) })
  await manage(facts, { path: `/manage/permissions/${newPlanted(walked)}` })
}
