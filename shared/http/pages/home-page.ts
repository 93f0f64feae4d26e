import { bullets, card, facts, named, paragraphs } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { html, type Html } from './html.ts'
import { layout, type OperatorView } from './layout.ts'
import { buttonLink, contactLink } from './link.ts'

export type HomeView = OperatorView & {
  /** The application's name as Microsoft shows it. */
  appDisplayName?: string | undefined
}

/** What this service is, who runs it and how to reach them. */
export const homePage = (view: HomeView, words: Catalogue): Html => {
  const { home, labels } = words
  const main = html`<h1>${home.title}</h1>
    <p class="lead">${home.lead(view.operatorName)}</p>
    ${card({
      id: 'operator',
      title: home.operator,
      body: facts([
        [labels.operator, named(view.operatorName)],
        [labels.contact, contactLink(view.operatorContact)],
        [labels.appName, view.appDisplayName && named(view.appDisplayName)],
      ]),
    })}
    ${card({ id: 'invited', title: home.invited.title, body: paragraphs(home.invited.texts) })}
    ${card({
      id: 'consented',
      title: home.consented.title,
      body: [
        html`<p>${home.consented.text}</p>`,
        buttonLink('/partner', home.consented.link, 'plain'),
      ],
    })}
    ${card({ id: 'safe', title: home.safe.title, body: bullets(home.safe.items(view.operatorName)) })}`
  return layout({ ...view, title: home.title, main }, words)
}
