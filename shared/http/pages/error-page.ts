import { card, facts, identifier, paragraphs } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { html, type Html } from './html.ts'
import { layout, type OperatorView } from './layout.ts'
import { contactLink } from './link.ts'

export type ErrorView = OperatorView & { correlationId: string }

/** An answer that we failed to give. */
export const errorPage = (view: ErrorView, words: Catalogue): Html => {
  const wording = words.error
  const main = html`<h1>${wording.title}</h1>
    <p class="lead">${wording.what}</p>
    ${card({
      id: 'next',
      title: words.labels.next,
      body: [
        ...paragraphs(wording.next(view.operatorName)),
        facts([
          [words.labels.contact, contactLink(view.operatorContact)],
          [words.labels.correlationId, identifier(view.correlationId)],
        ]),
      ],
    })}`
  return layout({ ...view, title: wording.title, main }, words)
}
