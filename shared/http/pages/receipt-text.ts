import type { PartnerFacts } from '../../broker/partner/partner-facts.ts'
import { audienceName, permissionText } from './audiences.ts'
import type { Catalogue } from './catalogue.ts'
import type { OperatorView } from './layout.ts'
import { momentText } from './moment.ts'
import { isOver, statusName } from './partner-status.ts'

export type ReceiptView = OperatorView & {
  facts: PartnerFacts
  now: number
  /** Where the partner's own page is. */
  ownPage: string
}

/** The consent receipt, as a text file in the reader's language: facts, and no secret. */
export const receiptText = (view: ReceiptView, words: Catalogue): string =>
  [heading(view, words), who(view, words), to(view, words), what(view, words), end(view, words)]
    .map((lines) => lines.map(plain).join('\r\n'))
    .join('\r\n\r\n')
    .concat('\r\n')

type Section = (view: ReceiptView, words: Catalogue) => string[]

const heading: Section = ({ now }, words) => [
  words.receipt.title,
  pair(words.receipt.made, momentText(now, words)),
]

const who: Section = ({ facts: held, now }, words) => {
  const { receipt } = words
  return [
    section(receipt.who),
    ...(held.displayName === undefined ? [] : [pair(receipt.organisation, held.displayName)]),
    pair(receipt.tenant, held.partner),
    pair(receipt.account, held.consentedBy),
    pair(receipt.at, momentText(held.consentedAt, words)),
    pair(receipt.number, String(held.generation)),
    pair(receipt.status, statusName(held, now, words)),
    pair(isOver(held, now) ? receipt.ended : receipt.ends, momentText(held.endsAt, words)),
  ]
}

const to: Section = ({ operatorName, operatorContact, facts: { app } }, { receipt }) => [
  section(receipt.to),
  pair(receipt.operator, operatorName),
  pair(receipt.contact, operatorContact),
  pair(receipt.app, app.displayName),
  pair(receipt.appId, app.clientId),
]

const what: Section = ({ operatorName, facts }, words) => [
  section(words.receipt.what),
  words.receipt.agreed(operatorName),
  ...facts.audiences.flatMap(({ resource, permissions }) => [
    `* ${audienceName(resource, words)} (${resource})`,
    ...permissions.map((name) => `  - ${permissionText(resource, name, words)}`),
  ]),
  kept(facts, words),
]

const kept = ({ status, sealedDeletedAt }: PartnerFacts, words: Catalogue): string => {
  const { receipt } = words
  if (sealedDeletedAt !== undefined) return receipt.deleted(momentText(sealedDeletedAt, words))
  return status === 'revoked' ? receipt.deleting : receipt.kept
}

const end: Section = ({ ownPage, facts: { app } }, { receipt }) => [
  section(receipt.withdraw),
  receipt.here,
  `  ${ownPage}`,
  receipt.atMicrosoft(app.displayName),
  receipt.both,
]

const section = (title: string): string => title.toUpperCase()

const pair = (name: string, value: string): string => `${name}: ${value}`

// A name from outside must not begin a line of its own, nor turn the text around.
const plain = (line: string): string => line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
