import { html, type Html, type Interpolated } from './html.ts'

export type Card = { id: string; title: string; body: Interpolated }

/** A section with its heading, so that a screen reader can list and jump to it. */
export const card = ({ id, title, body }: Card): Html =>
  html`<section class="card" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${body}
  </section> `

export const paragraphs = (texts: readonly string[]): Html[] =>
  texts.map((text) => html`<p>${text}</p>`)

export const bullets = (items: readonly (string | Html)[]): Html =>
  html`<ul>
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`

/** Pairs of a name and a value; a pair without a value is left out. */
export const facts = (pairs: readonly (readonly [string, Interpolated])[]): Html =>
  html`<dl>
    ${pairs
      .filter(([, value]) => value !== undefined && value !== false && value !== '')
      .map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
  </dl>`

/** A name from outside, kept from changing the direction of the text around it. */
export const named = (name: string): Html => html`<bdi>${name}</bdi>`

/** An identifier that people compare or copy. */
export const identifier = (id: string): Html => html`<code>${id}</code>`
