import { audienceList } from './audiences.ts'
import { bullets, card, facts, identifier, named } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { html, type Html } from './html.ts'
import { contactLink, link } from './link.ts'
import { moment } from './moment.ts'
import type { ConsentedView } from './outcome-view.ts'

/** The partner's record of a consent that was stored. */
export const consentedMain = (view: ConsentedView, words: Catalogue): Html => {
  const { consented, labels } = words
  const partner = view.partner.displayName ?? view.partner.tenant
  return html`<h1>${consented.title}</h1>
    <p class="lead">${consented.lead(view.operatorName, partner)}</p>
    <p class="note">${consented.checked}</p>
    ${card({ id: 'record', title: consented.record, body: record(view, words) })}
    ${card({
      id: 'services',
      title: consented.services,
      body: audienceList(view.audiences, words),
    })}
    ${card({
      id: 'later',
      title: consented.later.title,
      body: html`<h3>${consented.later.renew}</h3>
        <p>${consented.later.renewText} ${link(view.renewUrl)}</p>
        <h3>${consented.later.withdraw}</h3>
        ${bullets(words.invitation.withdraw.items(view.operatorName, view.app?.displayName))}
        <p>${labels.contact}: ${contactLink(view.operatorContact)}</p>`,
    })}`
}

const record = (view: ConsentedView, words: Catalogue): Html => {
  const { labels, consented, partner } = words
  return html`${facts([
      [labels.tenantName, view.partner.displayName && named(view.partner.displayName)],
      [labels.tenant, identifier(view.partner.tenant)],
      [labels.appName, view.app && named(view.app.displayName)],
      [labels.appId, view.app && identifier(view.app.clientId)],
      [consented.by, view.consentedBy && named(view.consentedBy)],
      [partner.record.at, view.consentedAt !== undefined && moment(view.consentedAt, words)],
      [consented.endsAt, moment(view.endsAt, words)],
      [labels.correlationId, view.correlationId && identifier(view.correlationId)],
    ])}
    <p class="small on-screen">${consented.keep}</p>`
}
