import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { invite } from './management.ts'
import type { OwnPartner } from './own-partner.ts'
import { cookiesOf, formOf, headingOf } from './read-page.ts'

/** A sign-in that was begun: where the browser was sent, and the cookie it was given. */
export type Started = { location: URL; cookie: string }

/** What Entra has the browser post to the callback. */
export type Posted = { action: string; fields: Record<string, string> }

/** A page as a browser gets it. */
export type Page = { status: number; heading: string; html: string; headers: Headers }

/** Opens a page. */
export const openPage = async (
  address: string,
  headers: Record<string, string> = {},
): Promise<Page> => pageOf(await fetch(address, { headers, redirect: 'manual' }))

/** Presses the button of the invitation page. */
export const startSignIn = async (
  url: string,
  fields: Record<string, string> = {},
): Promise<Started> => {
  const body = new URLSearchParams(fields)
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', body })
  const location = answer.headers.get('location')
  if (answer.status !== 303 || !location) throw new Error(`not started: ${await answer.text()}`)
  return { location: new URL(location), cookie: cookiesOf(answer) }
}

/** Chooses a person (or `cancel`) on Entra's page, and gives what Entra sends back to the callback. */
export const signIn = async (
  { location }: Pick<Started, 'location'>,
  who: { username: string } | 'cancel',
): Promise<Posted> => {
  const choosing = formOf(await (await fetch(location)).text())
  const choice = who === 'cancel' ? { cancel: '1' } : { username: who.username }
  const answer = await fetch(new URL(choosing.action, location), {
    method: 'POST',
    body: new URLSearchParams({ ...choosing.fields, ...choice }),
  })
  const posted = formOf(await answer.text())
  if (!posted.action.startsWith('https:')) throw new Error('Entra did not send the browser back')
  return posted
}

/** Posts what Entra sent to the callback, with the cookie of the browser if it has one. */
export const postCallback = async (
  { action, fields }: Posted,
  { cookie, headers }: { cookie?: string; headers?: Record<string, string> },
): Promise<Page> =>
  pageOf(
    await fetch(action, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...headers, ...(cookie !== undefined && { cookie }) },
      body: new URLSearchParams(fields),
    }),
  )

/** The whole way of one browser: the page's button, the choice at Entra, the callback. */
export const consent = async (
  url: string,
  who: { username: string } | 'cancel',
): Promise<Page & { started: Started; posted: Posted }> => {
  const started = await startSignIn(url)
  const posted = await signIn(started, who)
  return { ...(await postCallback(posted, started)), started, posted }
}

/** Invites the partner and has its administrator (or another person) consent; throws when refused. */
export const onboard = async (
  stack: StackFacts,
  partner: OwnPartner,
  { who = partner.ada, more }: { who?: { username: string }; more?: object } = {},
): Promise<void> => {
  const { status, heading } = await consent((await invite(stack, partner, more)).url, who)
  if (status !== 200) throw new Error(`the consent was refused: ${heading}`)
}

/** The page of an answer. */
export const pageOf = async (answer: Response): Promise<Page> => {
  const html = await answer.text()
  return { status: answer.status, heading: headingOf(html), html, headers: answer.headers }
}
