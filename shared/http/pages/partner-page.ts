import type { PartnerFacts } from '../../broker/partner/partner-facts.ts'
import { audienceList } from './audiences.ts'
import { bullets, card, facts, identifier, named } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { form, hidden } from './forms.ts'
import { html, type Html } from './html.ts'
import { layout, type OperatorView } from './layout.ts'
import { buttonLink } from './link.ts'
import { moment } from './moment.ts'
import { endReason, isOver, statusCard } from './partner-status.ts'
import { usageCard } from './partner-usage.ts'
import { removeCard, withdrawCard } from './partner-withdraw.ts'

export type PartnerPageView = OperatorView & {
  facts: PartnerFacts
  /** Milliseconds since the epoch. */
  now: number
  /** Something else than the tenant ID was typed to withdraw. */
  isConfirmationWrong?: boolean
}

/** What a partner's administrator sees of the consent, and may do with it. */
export const partnerPage = (view: PartnerPageView, words: Catalogue): Html => {
  const { title } = words.partner
  const { displayName, partner } = view.facts
  const lead = words.partner[isOver(view.facts, view.now) ? 'leadOver' : 'lead']
  const main = html`<h1>${title}</h1>
    <p class="lead">${lead(view.operatorName, displayName ?? partner)}</p>
    ${signedInAs(view, words)} ${sections.map((section) => section(view, words))}`
  return layout({ ...view, title, main }, words)
}

type Section = (view: PartnerPageView, words: Catalogue) => Html | false

const signedInAs: Section = ({ facts: { person, csrf } }, { partner: words }) =>
  html`<div class="session on-screen">
    <p class="small">
      ${
        person.name === undefined
          ? words.signedIn
          : html`${words.signedInAs} <strong>${named(person.name)}</strong>.`
      }
      ${words.signOut.text}
    </p>
    ${form(
      { action: '/partner/sign-out', label: words.signOut.button, look: 'plain' },
      hidden('csrf', csrf),
    )}
  </div>`

const allowedCard: Section = ({ facts: { audiences } }, words) =>
  card({
    id: 'allowed',
    title: words.partner.allowed,
    body: audienceList(
      audiences.map(({ resource, permissions }) => ({
        resource,
        permissions: permissions.map((name) => ({ name })),
      })),
      words,
    ),
  })

const recordCard: Section = (view, words) => {
  const { record } = words.partner
  return card({
    id: 'record',
    title: record.title,
    body: html`${recordFacts(view, words)} ${sealedHint(view, words)}
      <p class="small on-screen">${record.receiptText}</p>
      ${buttonLink('/partner/receipt', record.receipt, 'plain')}`,
  })
}

const recordFacts = ({ facts: held, now }: PartnerPageView, words: Catalogue): Html => {
  const { labels, partner } = words
  const { record } = partner
  return facts([
    [labels.tenantName, held.displayName && named(held.displayName)],
    [labels.tenant, identifier(held.partner)],
    [labels.appName, named(held.app.displayName)],
    [labels.appId, identifier(held.app.clientId)],
    [record.by, consentedBy(held, words)],
    [record.at, moment(held.consentedAt, words)],
    sealedFact(held, words),
    [record.used, lastUsed(held, words)],
    [isOver(held, now) ? record.ended : record.ends, moment(held.endsAt, words)],
    [record.why, endReason(held, words)],
  ])
}

const lastUsed = ({ lastUsedAt, isLastUseUnread }: PartnerFacts, words: Catalogue) => {
  const { unused, unread } = words.partner.record
  if (lastUsedAt !== undefined) return moment(lastUsedAt, words)
  return isLastUseUnread === true ? unread : unused
}

const sealedFact = ({ rotatedAt, sealedDeletedAt }: PartnerFacts, words: Catalogue) => {
  const { rotated, deleted } = words.partner.record
  return sealedDeletedAt === undefined
    ? ([rotated, moment(rotatedAt, words)] as const)
    : ([deleted, moment(sealedDeletedAt, words)] as const)
}

// What becomes of the sealed token from here on.
const sealedHint: Section = ({ facts: held, now }, { partner: { record } }) => {
  if (held.sealedDeletedAt !== undefined) return false
  if (held.status === 'revoked') return html`<p class="small">${record.deleting}</p>`
  return !isOver(held, now) && html`<p class="small">${record.rotatedHint}</p>`
}

const consentedBy = ({ consentedBy: id, person }: PartnerFacts, words: Catalogue): Html => {
  const { byAccount, byYou } = words.partner.record
  return html`${byAccount} ${identifier(id)} ${person.isConsenter && byYou}`
}

const addressesCard: Section = ({ facts: { addresses }, operatorName }, { partner }) =>
  addresses.length > 0 &&
  card({
    id: 'addresses',
    title: partner.addresses.title,
    body: [
      html`<p>${partner.addresses.text(operatorName)}</p>`,
      bullets(addresses.map(identifier)),
    ],
  })

const usageSection: Section = ({ facts: { usage, usageThrough }, operatorName }, words) =>
  usageCard({ usage, through: usageThrough, operatorName }, words)

// How it stands and what to do come first; what ends it all comes last.
const sections: readonly Section[] = [
  statusCard,
  allowedCard,
  recordCard,
  usageSection,
  addressesCard,
  withdrawCard,
  (view, words) => removeCard(view.facts.app, words),
]
