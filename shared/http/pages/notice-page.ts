import { card, facts, identifier, paragraphs } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { html, type Html } from './html.ts'
import { layout, type OperatorView } from './layout.ts'
import { buttonLink, contactLink, link } from './link.ts'

export type NoticeView = OperatorView & {
  /** `unanswered`: whether a withdrawal holds is not known. */
  kind: 'signed_out' | 'form_expired' | 'renew_link_wrong' | 'unanswered'
  correlationId?: string | undefined
  /** Where a session at Microsoft ends. */
  microsoftSignOut?: string | undefined
}

/** A short page around the partner's own: what happened, and where to go on. */
export const noticePage = (view: NoticeView, words: Catalogue): Html => {
  const { [view.kind]: wording, ownPage, microsoftSignOut } = words.partnerNotices
  const main = html`<h1>${wording.title}</h1>
    <p class="lead">${wording.what}</p>
    ${card({
      id: 'next',
      title: words.labels.next,
      body: [
        ...paragraphs(wording.next),
        view.microsoftSignOut !== undefined &&
          html`<p>${link(view.microsoftSignOut, microsoftSignOut)}</p>`,
        facts([
          [words.labels.contact, contactLink(view.operatorContact)],
          [words.labels.correlationId, reference(view)],
        ]),
        buttonLink('/partner', ownPage, 'plain'),
      ],
    })}`
  return layout({ ...view, title: wording.title, main }, words)
}

// Only where something went wrong that somebody may have to look into.
const reference = ({ kind, correlationId }: NoticeView): Html | undefined =>
  kind === 'unanswered' && correlationId !== undefined ? identifier(correlationId) : undefined
