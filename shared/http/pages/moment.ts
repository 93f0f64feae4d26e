import type { Catalogue } from './catalogue.ts'
import { html, type Html } from './html.ts'

/** A time in the reader's language, always in UTC and saying so. */
export const moment = (timeMs: number, { locale }: Catalogue): Html => {
  const time = new Date(timeMs)
  const text = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(time)
  return html`<time datetime="${time.toISOString()}">${text}</time>`
}
