import { expect } from 'vitest'
import type { ProvidedStack } from './global-setup.ts'
import { expectRefusal, invitationStatus, remembered } from './consent-checks.ts'
import {
  onboard,
  postCallback,
  signIn,
  startSignIn,
  type Page,
  type Posted,
} from './consent-flow.ts'
import { invite, permittedCaller, type Invited } from './management.ts'
import { ownPartner, type OwnPartner } from './own-partner.ts'

type Meddling = { nonce: string; posted: Posted }

type SigningIn = {
  /** Who signs in; the administrator who consented before, unless told otherwise. */
  who?: { username: string }
  /** What goes wrong between the sign-in and the callback. */
  meddle?: (meddling: Meddling) => Promise<unknown>
}

export type EarlierConsent = {
  partner: OwnPartner
  /** Takes what is stored now for what must stay. */
  remember: () => Promise<void>
  /** The row and the secret are just as they were remembered, and tokens are issued. */
  unchanged: () => Promise<void>
  /** Invites anew, signs in and comes back; the page that this ends with. */
  renew: (signingIn: SigningIn) => Promise<{ page: Page; invited: Invited }>
  /** The same, refused: as expected, with the invitation still open and the earlier consent unchanged. */
  refuses: (expected: Parameters<typeof expectRefusal>[1], signingIn: SigningIn) => Promise<Page>
}

/** A partner with a consent of before, which no refusal may touch. */
export const earlierConsent = async (stack: ProvidedStack): Promise<EarlierConsent> => {
  const partner = await ownPartner(stack)
  await onboard(stack, partner)
  const caller = await permittedCaller(stack)
  const look = () => remembered(stack, { tenant: partner.tenant, caller })
  let check = await look()
  const remember = async () => {
    check = await look()
  }
  const unchanged = () => check()
  const renew: EarlierConsent['renew'] = async ({ who = partner.ada, meddle }) => {
    const invited = await invite(stack, partner)
    const started = await startSignIn(invited.url)
    const posted = await signIn(started, who)
    await meddle?.({ nonce: started.location.searchParams.get('nonce') ?? '', posted })
    return { page: await postCallback(posted, started), invited }
  }
  const refuses: EarlierConsent['refuses'] = async (expected, signingIn) => {
    await remember()
    const { page, invited } = await renew(signingIn)
    expectRefusal(page, expected)
    expect(await invitationStatus(stack, invited.id)).toBe('open')
    await unchanged()
    return page
  }
  return { partner, remember, unchanged, renew, refuses }
}
