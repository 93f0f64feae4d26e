import type { Withdrawn } from '../../broker/partner/partner-relay.ts'
import { bullets, card, facts, identifier } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { form, hidden, textField } from './forms.ts'
import { html, type Html } from './html.ts'
import type { AppView } from './invitation-page.ts'
import { layout, type OperatorView } from './layout.ts'
import { buttonLink, link } from './link.ts'
import { moment } from './moment.ts'
import type { PartnerPageView } from './partner-page.ts'

/** What withdrawing does, and its form; nothing where there is nothing to withdraw. */
export const withdrawCard = (view: PartnerPageView, { withdraw }: Catalogue): Html | false => {
  const { canWithdraw, confirmation, csrf } = view.facts
  if (!canWithdraw) return false
  const field = textField({
    name: 'confirmation',
    label: withdraw.field,
    hint: identifier(confirmation),
    problem: view.isConfirmationWrong === true ? withdraw.wrong : undefined,
  })
  return card({
    id: 'withdraw',
    title: withdraw.title,
    body: html`${bullets(withdraw.items(view.operatorName))}
    ${form({ action: '/partner/withdraw', label: withdraw.button, look: 'danger' }, [
      hidden('csrf', csrf),
      field,
    ])}`,
  })
}

/** How an administrator removes the application in Microsoft Entra. */
export const removeCard = (app: AppView | undefined, words: Catalogue): Html | false => {
  const { remove } = words.withdraw
  return (
    app !== undefined &&
    card({
      id: 'remove',
      title: remove.title,
      body: html`<p>${remove.text}</p>
        <ol>
          ${remove.steps(app.displayName, app.clientId).map((step) => html`<li>${step}</li>`)}
        </ol>
        <p>${link('https://entra.microsoft.com/', remove.link)}</p>`,
    })
  )
}

export type WithdrawnView = OperatorView & {
  withdrawn: Withdrawn
  correlationId: string
}

/** The outcome of a withdrawal: what holds from now on, and what is left to do. */
export const withdrawnPage = (view: WithdrawnView, words: Catalogue): Html => {
  const { done } = words.withdraw
  const { partner, revokedAt, tokensAliveUntil, isFinished, app } = view.withdrawn
  const isAnyAlive = tokensAliveUntil > revokedAt
  const main = html`<h1>${done.title}</h1>
    <p class="lead">${done.lead(view.operatorName)}</p>
    ${!isFinished && html`<p class="note">${done.unfinished}</p>`}
    ${card({
      id: 'record',
      title: done.record,
      body: html`${facts([
          [words.labels.tenant, identifier(partner)],
          [done.at, moment(revokedAt, words)],
          [done.aliveUntil, isAnyAlive && moment(tokensAliveUntil, words)],
          [words.labels.correlationId, identifier(view.correlationId)],
        ])}
        ${!isAnyAlive && html`<p>${done.noneAlive}</p>`}
        <p class="small on-screen">${done.keep}</p>`,
    })}
    ${removeCard(app, words)}
    <p>${done.signedOut}</p>
    ${buttonLink('/partner', words.partnerNotices.ownPage, 'plain')}`
  return layout({ ...view, title: done.title, main }, words)
}
