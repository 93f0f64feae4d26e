import { bullets, card, paragraphs } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { form, textField } from './forms.ts'
import { html, type Html } from './html.ts'
import { layout, type OperatorView } from './layout.ts'

export type PartnerSignInView = OperatorView & {
  /** Whether the address names the partner; otherwise the page asks for her tenant ID. */
  isRenewal: boolean
  /** Something that was typed and is no tenant ID. */
  typed?: string | undefined
  /** A session was there and is over: seen when a page was asked for, or a form sent in vain. */
  ended?: 'page' | 'form'
}

/**
 * Where a partner signs in to its own pages. With the partner in the address it must stay the same,
 * byte for byte, for every partner, so that it tells nobody who is one.
 */
export const partnerSignInPage = (view: PartnerSignInView, words: Catalogue): Html => {
  const { partnerSignIn: own } = words
  const title = view.isRenewal ? own.renewTitle : own.title
  const main = html`<h1>${title}</h1>
    <p class="lead">${own.lead(view.operatorName)}</p>
    ${view.ended && html`<p class="note refused">${own.ended[view.ended]}</p>`}
    ${card({
      id: 'sign-in',
      title: own.signIn.title,
      body: [paragraphs(own.signIn.texts), signInForm(view, words)],
    })}
    ${card({ id: 'here', title: own.here.title, body: bullets(own.here.items) })}
    ${card({ id: 'who', title: own.who.title, body: bullets(own.who.items(view.operatorName)) })}
    ${
      view.isRenewal &&
      card({ id: 'meanwhile', title: own.meanwhile.title, body: paragraphs(own.meanwhile.texts) })
    }`
  return layout({ ...view, title, main }, words)
}

// Without an action the form posts to the page's own address, which names the partner.
const signInForm = (view: PartnerSignInView, { partnerSignIn: { signIn } }: Catalogue): Html =>
  view.isRenewal
    ? form({ label: signIn.button })
    : form(
        { action: '/partner', label: signIn.button },
        textField({
          name: 'tenant',
          label: signIn.tenant,
          hint: signIn.tenantHint,
          value: view.typed,
          problem: view.typed === undefined ? undefined : signIn.tenantWrong,
        }),
      )
