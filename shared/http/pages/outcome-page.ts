import { audienceName } from './audiences.ts'
import { bullets, card, facts, identifier } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { consentedMain } from './consented-main.ts'
import { html, type Html } from './html.ts'
import { layout } from './layout.ts'
import { buttonLink, contactLink } from './link.ts'
import { microsoftSays } from './microsoft-says.ts'
import type {
  OutcomeView,
  Refusal,
  RefusalDetail,
  RefusalFacts,
  RefusalView,
} from './outcome-view.ts'

/** How a sign-in may end; a catalogue without the words of one does not compile. */
export type ConsentOutcomeKind = OutcomeView['kind']

/** The outcome of a sign-in: what happened, and who must do what next. */
export const outcomePage = (view: OutcomeView, words: Catalogue): Html => {
  if (view.kind === 'consented') {
    const title = words.consented.title
    return layout({ ...view, title, main: consentedMain(view, words) }, words)
  }
  const wording = words.refusals[view.kind](spokenOf(view, words))
  return layout({ ...view, title: wording.title, main: refusalMain(view, wording, words) }, words)
}

// Prose names a service as people know it; the details below it give its address too.
const spokenOf = (view: RefusalFacts, words: Catalogue): RefusalFacts =>
  view.audience ? { ...view, audience: audienceName(view.audience, words) } : view

const refusalMain = (
  view: RefusalView & RefusalFacts,
  wording: Refusal,
  words: Catalogue,
): Html => {
  const { labels } = words
  return html`<h1>${wording.title}</h1>
    <p class="lead">${wording.what}</p>
    <p class="note refused">${wording.stored}</p>
    ${card({
      id: 'next',
      title: labels.next,
      body: html`<p><strong>${labels.who}: ${wording.who}</strong></p>
        ${microsoftSays(view.errorCode, words)} ${bullets(wording.next)} ${wayOn(view, words)}`,
    })}
    ${card({
      id: 'support',
      title: labels.support,
      body: facts([
        ...details(view, words),
        [labels.correlationId, identifier(view.correlationId)],
        [labels.contact, contactLink(view.operatorContact)],
      ]),
    })}`
}

const wayOn = ({ retryUrl, ownPageUrl }: RefusalView, words: Catalogue): Html | undefined => {
  if (retryUrl !== undefined) return buttonLink(retryUrl, words.labels.retry)
  return ownPageUrl === undefined
    ? undefined
    : buttonLink(ownPageUrl, words.partnerNotices.ownPage, 'plain')
}

const details = (view: RefusalFacts, words: Catalogue): [string, Html | undefined][] =>
  detailOrder.map((detail) => {
    const value = view[detail]
    return [words.details[detail], value ? detailValue(detail, value, words) : undefined]
  })

const detailValue = (detail: RefusalDetail, value: string, words: Catalogue): Html =>
  detail === 'audience' && audienceName(value, words) !== value
    ? html`${audienceName(value, words)} (${identifier(value)})`
    : identifier(value)

const detailOrder: readonly RefusalDetail[] = [
  'invitedTenant',
  'usedTenant',
  'homeTenant',
  'audience',
  'errorCode',
  'signedInAccount',
  'tokenAccount',
]
