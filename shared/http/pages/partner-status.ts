import type { PartnerFacts } from '../../broker/partner/partner-facts.ts'
import { bullets, card, identifier, paragraphs } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { form, hidden, type Button } from './forms.ts'
import { html, type Html } from './html.ts'
import { moment } from './moment.ts'
import type { PartnerPageView } from './partner-page.ts'

/** How the consent stands, what to do about it, and the way to renew it. */
export const statusCard = (view: PartnerPageView, words: Catalogue): Html => {
  const { name, text } = standing(view, words)
  return card({
    id: 'status',
    title: words.partnerStatus.title,
    body: html`<p class="status ${tone(view.facts)}">${name}</p>
      <p>${text}</p>
      ${until(view, words)} ${problem(view, words)} ${renewal(view, words)}`,
  })
}

/** The state of a consent in a word or two. */
export const statusName = (facts: PartnerFacts, now: number, words: Catalogue): string =>
  standing({ facts, now, operatorName: '' }, words).name

/** Why a consent ends or ended, in plain words; a reason that has none is shown by its name. */
export const endReason = (
  { endsBecause, status, revokedBy: who }: PartnerFacts,
  { partnerStatus }: Catalogue,
): Html => {
  const because = status === 'revoked' && who === 'partner' ? 'withdrawn' : endsBecause
  return html`${own(partnerStatus.because, because) ?? identifier(because)}`
}

/** Whether the consent gives no access any more. */
export const isOver = ({ status, endsAt }: PartnerFacts, now: number): boolean =>
  status === 'revoked' || status === 'consent_needed' || endsAt <= now

type Standing = Pick<PartnerPageView, 'facts' | 'now' | 'operatorName'>

const standing = (
  { facts, now, operatorName }: Standing,
  { partnerStatus: words }: Catalogue,
): { name: string; text: string } => {
  if (facts.status === 'expiring') {
    const { name, text } = words.expiring
    return { name: name(daysLeft(facts.endsAt, now)), text: text(operatorName) }
  }
  const { name, text } = facts.status === 'revoked' ? words[revokedBy(facts)] : words[facts.status]
  return { name, text: text(operatorName) }
}

const revokedBy = ({ revokedBy: who }: PartnerFacts) =>
  who === 'partner' ? 'revokedByPartner' : 'revokedByOperator'

const dayMs = 24 * 3600_000

const daysLeft = (endsAt: number, now: number): number => Math.floor((endsAt - now) / dayMs)

const tone = ({ status }: PartnerFacts): string => {
  if (status === 'active') return 'good'
  return status === 'revoked' ? 'over' : 'attention'
}

const until = (view: PartnerPageView, words: Catalogue): Html | false => {
  const { endsAt } = view.facts
  if (isOver(view.facts, view.now)) return false
  const { ends } = words.partner.record
  return html`<p>${ends} ${moment(endsAt, words)}. ${endReason(view.facts, words)}</p>`
}

const problem = ({ facts, operatorName }: PartnerPageView, words: Catalogue): Html | false => {
  const { degraded, status } = facts
  if (!degraded || status === 'revoked') return false
  const { problems, otherProblem, degraded: label } = words.partnerStatus
  const known = own(problems, degraded.reason)
  return html`<div class="note refused">
    <p>${known ?? html`${otherProblem(operatorName)} ${identifier(degraded.reason)}`}</p>
    <p class="small">${label.since} ${moment(degraded.since, words)}.</p>
  </div>`
}

const renewal = ({ facts, operatorName }: PartnerPageView, words: Catalogue): Html => {
  const { renew } = words.partner
  if (!facts.canRenew) {
    return facts.status === 'revoked' && facts.revokedBy !== 'partner'
      ? html``
      : html`<p>${renew.not(operatorName)}</p>`
  }
  const { account } = words.invitation
  const { title, text, button } = facts.status === 'revoked' ? renew.again : renew
  return html`<h3>${title}</h3>
    <p>${text}</p>
    ${!facts.person.isConsenter && html`<p class="note">${renew.other}</p>`}
    <details>
      <summary>${renew.accountTitle}</summary>
      ${paragraphs(account.texts(operatorName))} ${bullets(account.items)}
    </details>
    ${form(renewButton(facts, button), hidden('csrf', facts.csrf))}`
}

// It stands out only where renewing is what the page asks for.
const renewButton = ({ status }: PartnerFacts, label: string): Button => ({
  action: '/partner/renew',
  label,
  ...((status === 'active' || status === 'degraded') && { look: 'plain' }),
})

// A name from outside must not find what every object inherits.
const own = (table: Record<string, string>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined
