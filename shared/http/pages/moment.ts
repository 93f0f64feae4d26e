import type { Catalogue } from './catalogue.ts'
import { html, type Html } from './html.ts'

/** A time in the reader's language, always in UTC and saying so. */
export const moment = (timeMs: number, words: Catalogue): Html =>
  html`<time datetime="${new Date(timeMs).toISOString()}">${momentText(timeMs, words)}</time>`

/** The same as plain text. */
export const momentText = (timeMs: number, { locale }: Catalogue): string =>
  new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(new Date(timeMs))

/** A day (`YYYY-MM-DD`) in the reader's language; anything else is shown as it is. */
export const day = (text: string, { locale }: Catalogue): Html => {
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text) : undefined
  if (!date || Number.isNaN(date.getTime())) return html`${text}`
  const format = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  })
  return html`<time datetime="${text}">${format.format(date)}</time>`
}
