import { audienceList, type AudienceView } from './audiences.ts'
import { bullets, card, facts, identifier, named, paragraphs } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { termChoice } from './consent-term.ts'
import { form } from './forms.ts'
import { html, type Html } from './html.ts'
import { layout, type OperatorView } from './layout.ts'
import { contactLink, link } from './link.ts'
import { moment } from './moment.ts'

/** The application as Microsoft will show it. */
export type AppView = { displayName: string; clientId: string }

/** The tenant that is invited. */
export type PartnerView = { tenant: string; displayName?: string | undefined }

export type InvitationView = OperatorView & {
  app: AppView
  partner: PartnerView
  /** Short code that the operator sees beside the invitation. */
  code: string
  audiences: AudienceView[]
  consentTermDays: number
  expiresAt: number
  /** From where the broker calls Microsoft; empty: the operator tells them. */
  addresses: string[]
  /** Where the form posts to. */
  action: string
}

/** All that an administrator must know before signing in, and the one button that starts the sign-in. */
export const invitationPage = (view: InvitationView, words: Catalogue): Html => {
  const { title, lead } = words.invitation
  const main = html`<h1>${title(view.operatorName)}</h1>
    <p class="lead">${lead(view.operatorName, view.partner.displayName ?? view.partner.tenant)}</p>
    ${sections.map((section) => section(view, words))}`
  return layout({ ...view, title: title(view.operatorName), main }, words)
}

type Section = (view: InvitationView, words: Catalogue) => Html

const codeCard: Section = (view, { invitation: { safe } }) =>
  card({
    id: 'safe',
    title: safe.title,
    body: html`<p>${safe.compare(view.operatorName)}</p>
      <p class="code"><span class="unseen">${safe.code}: </span>${view.code}</p>
      ${paragraphs(safe.texts(view.operatorName))}`,
  })

const partiesCard: Section = (view, { invitation, labels }) =>
  card({
    id: 'parties',
    title: invitation.parties,
    body: facts([
      [labels.operator, named(view.operatorName)],
      [labels.contact, contactLink(view.operatorContact)],
      [labels.appName, named(view.app.displayName)],
      [labels.appId, identifier(view.app.clientId)],
      [labels.tenantName, view.partner.displayName && named(view.partner.displayName)],
      [labels.tenant, identifier(view.partner.tenant)],
    ]),
  })

const permissionsCard: Section = (view, words) => {
  const { permissions } = words.invitation
  return card({
    id: 'permissions',
    title: permissions.title,
    body: [
      ...paragraphs(permissions.texts(view.operatorName)),
      audienceList(view.audiences, words),
      html`<h3>${permissions.alsoTitle}</h3>
        <p>${permissions.also}</p>`,
    ],
  })
}

const accountCard: Section = (view, { invitation: { account } }) =>
  card({
    id: 'account',
    title: account.title,
    body: [paragraphs(account.texts(view.operatorName)), bullets(account.items)],
  })

const storageCard: Section = (view, { invitation: { storage } }) =>
  card({
    id: 'storage',
    title: storage.title,
    body: [bullets(storage.items), paragraphs(storage.until(view.consentTermDays))],
  })

const addressesCard: Section = (view, { invitation: { addresses } }) =>
  card({
    id: 'addresses',
    title: addresses.title,
    body:
      view.addresses.length === 0
        ? html`<p>${addresses.ask(view.operatorName)}</p>`
        : [
            html`<p>${addresses.text(view.operatorName)}</p>`,
            bullets(view.addresses.map(identifier)),
          ],
  })

const endCard: Section = (view, { invitation: { end } }) =>
  card({
    id: 'end',
    title: end.title,
    body: [paragraphs(end.texts), bullets(end.items(view.consentTermDays))],
  })

const renewCard: Section = (view, { invitation: { renew, withdraw } }) =>
  card({
    id: 'renew',
    title: renew.title,
    body: html`<h3>${renew.heading}</h3>
      <p>${renew.text(view.operatorName)} ${link('/partner', renew.ownPage)}.</p>
      <h3>${withdraw.heading}</h3>
      ${bullets(withdraw.items(view.operatorName, view.app.displayName))}
      <p>${withdraw.after}</p>`,
  })

const signInCard: Section = (view, words) => {
  const { approval, invitation } = words
  const { signIn } = invitation
  return card({
    id: 'sign-in',
    title: signIn.title,
    body: html`${paragraphs(signIn.texts(view.operatorName))}
      <p class="small">${signIn.validUntil} ${moment(view.expiresAt, words)}.</p>
      ${form({ action: view.action, label: signIn.button }, termChoice(view.consentTermDays, words))}
      <h3>${approval.title}</h3>
      <p>${approval.text}</p>
      ${form({ action: `${view.action}/approve`, label: approval.button, look: 'plain' })}`,
  })
}

// What must be known first stands first; the button stands where everything has been read.
const sections: readonly Section[] = [
  codeCard,
  partiesCard,
  permissionsCard,
  accountCard,
  storageCard,
  addressesCard,
  endCard,
  renewCard,
  signInCard,
]
