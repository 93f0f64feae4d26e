import { fireTimer } from './rotation.ts'
import { openPage, postCallback, signIn, startSignIn } from './consent-flow.ts'
import type { OwnStack } from './own-stack.ts'
import { letAge } from './stored-grant.ts'

const dayMs = 24 * 3600_000

/** What a browser was given on the partner's own pages that must be seen nowhere else. */
export type PartnerSecrets = { cookies: string[]; csrf: string }

/** Signs in to the partner's own pages, looks, and has the timer rotate what is due. */
export const walkPartner = async ({
  facts,
  partner,
  ada,
}: Pick<OwnStack, 'facts' | 'partner' | 'ada'>): Promise<PartnerSecrets> => {
  const started = await startSignIn(`${facts.onboarding}/renew/${partner}`)
  const { headers } = await postCallback(await signIn(started, ada), started)
  const session = headers.getSetCookie().find((one) => one.startsWith('__Host-session='))
  const cookie = session?.split(';')[0]
  if (!cookie) throw new Error('there was no session')
  const { html } = await openPage(`${facts.onboarding}/partner`, { cookie })
  const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1]
  if (!csrf) throw new Error('the page had no form')
  await letAge(facts, partner, 11 * dayMs)
  await fireTimer(facts)
  return { cookies: [started.cookie, cookie], csrf }
}
