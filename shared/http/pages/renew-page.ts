import { card, paragraphs } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { html, type Html } from './html.ts'
import { layout, type OperatorView } from './layout.ts'
import { contactLink } from './link.ts'

export type RenewView = OperatorView

/** How to renew a consent; it must stay the same for every partner, so that it tells nobody who is one. */
export const renewPage = (view: RenewView, words: Catalogue): Html => {
  const { renew, frame } = words
  const main = html`<h1>${renew.title}</h1>
    <p class="lead">${renew.lead(view.operatorName)}</p>
    ${card({
      id: 'steps',
      title: renew.steps.title,
      body: html`<ol>
          ${renew.steps.items(view.operatorName).map((step) => html`<li>${step}</li>`)}
        </ol>
        <p>${frame.contact}: ${contactLink(view.operatorContact)}</p>`,
    })}
    ${card({ id: 'meanwhile', title: renew.meanwhile.title, body: paragraphs(renew.meanwhile.texts) })}`
  return layout({ ...view, title: renew.title, main }, words)
}
