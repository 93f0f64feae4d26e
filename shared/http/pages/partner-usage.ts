import { othersName } from '../../broker/usage/partner-lines.ts'
import type { UsageLine } from '../../broker/usage/usage-of.ts'
import { audienceName } from './audiences.ts'
import { card, identifier } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { html, type Html, type Interpolated } from './html.ts'
import { day, moment } from './moment.ts'

type UsageView = {
  /** Absent: it cannot be read now. */
  usage: readonly UsageLine[] | undefined
  through: number | undefined
  operatorName: string
}

/** What was done in the partner's name in the last 30 days: in all, and day by day. */
export const usageCard = (view: UsageView, words: Catalogue): Html => {
  const { usage: own } = words.partner
  return card({
    id: 'usage',
    title: own.title,
    body: html`<p>${own.text(view.operatorName)}</p>
      ${tables(view, words)}
      <p class="note">${own.compare}</p>`,
  })
}

const tables = ({ usage, through, operatorName }: UsageView, words: Catalogue): Html => {
  const { usage: own } = words.partner
  if (usage === undefined) return html`<p class="note">${own.unavailable(operatorName)}</p>`
  const until = through !== undefined && html` (${own.through} ${moment(through, words)})`
  if (usage.length === 0) return html`<p>${until === false ? own.uncounted : own.none}${until}.</p>`
  return html`${table({ caption: html`${own.caption}${until}`, lines: summed(usage) }, words)}
    <details>
      <summary>${own.byDay}</summary>
      ${table({ caption: own.byDayCaption, lines: usage.toSorted(byDay), hasDays: true }, words)}
    </details>`
}

// A partner with thousands of customers: the page must stay one that can be read.
const linesShown = 300

type Table = { caption: Interpolated; lines: readonly UsageLine[]; hasDays?: boolean }

const table = ({ caption, lines, hasDays = false }: Table, words: Catalogue): Html => {
  const { usage: own } = words.partner
  const columns = [...(hasDays ? [own.day] : []), own.service, own.purpose, own.customer]
  const more = lines.length - linesShown
  return html`<table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((name) => html`<th scope="col">${name}</th>`)}
          <th class="number" scope="col">${own.tokens}</th>
        </tr>
      </thead>
      <tbody>
        ${lines.slice(0, linesShown).map((line) => row(line, hasDays, words))}
      </tbody>
    </table>
    ${more > 0 && html`<p class="small">${own.more(more)}</p>`}`
}

const row = (line: UsageLine, hasDay: boolean, words: Catalogue): Html => {
  const { usage: own } = words.partner
  const { locale } = words
  return html`<tr>
    ${hasDay && html`<td data-label="${own.day}">${day(line.day, words)}</td>`}
    ${isOthers(line) ? othersCells(words) : cells(line, words)}
    <td class="number" data-label="${own.tokens}">
      ${new Intl.NumberFormat(locale).format(line.tokens)}
    </td>
  </tr>`
}

const cells = (line: UsageLine, words: Catalogue): Html => {
  const { usage: own } = words.partner
  return html`<td data-label="${own.service}">${audienceName(line.audience, words)}</td>
    <td data-label="${own.purpose}">${identifier(line.purpose)}</td>
    <td data-label="${own.customer}">
      ${line.customer === undefined ? own.own : identifier(line.customer)}
    </td>`
}

// A day of very many lines ends in one that names no service, purpose or customer.
const isOthers = ({ audience }: UsageLine): boolean => audience === othersName

const othersCells = ({ partner: { usage: own } }: Catalogue): Html =>
  html`<td colspan="3" data-label="${own.service}">${own.others}</td>`

/** One line for each audience, purpose and customer, the most used first. */
const summed = (lines: readonly UsageLine[]): UsageLine[] => {
  const sums = new Map<string, UsageLine>()
  for (const line of lines) {
    const key = JSON.stringify([line.audience, line.purpose, line.customer ?? null])
    const known = sums.get(key)
    sums.set(key, { ...line, tokens: (known?.tokens ?? 0) + line.tokens })
  }
  return [...sums.values()].toSorted((a, b) => b.tokens - a.tokens)
}

const byDay = (one: UsageLine, other: UsageLine): number =>
  other.day.localeCompare(one.day) || other.tokens - one.tokens
