import { card } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { html, type Html } from './html.ts'
import { layout, type OperatorView } from './layout.ts'
import { buttonLink } from './link.ts'
import { microsoftSays } from './microsoft-says.ts'

export type ApprovedView = OperatorView & {
  /** Microsoft reports that it did not come about; anybody could say so, and it changes nothing. */
  isRefused: boolean
  errorCode?: string | undefined
  /** Where the invitation is, when this browser began there. */
  invitation?: string | undefined
}

/** Where an administrator comes back who only approved the application for the tenant. */
export const approvedPage = (view: ApprovedView, words: Catalogue): Html => {
  const { approval, labels } = words
  const wording = view.isRefused ? approval.refused : approval.back
  const main = html`<h1>${wording.title}</h1>
    <p class="lead">${wording.what}</p>
    ${card({
      id: 'next',
      title: labels.next,
      body: [
        view.isRefused && microsoftSays(view.errorCode, words),
        html`<p>${wording.next}</p>`,
        view.invitation === undefined
          ? html`<p>${approval.noInvitation}</p>`
          : buttonLink(view.invitation, approval.goBack),
      ],
    })}`
  return layout({ ...view, title: wording.title, main }, words)
}
