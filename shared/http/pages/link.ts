import { html, type Html } from './html.ts'

/** A link where the address is ours to follow (https, or a path on this site); otherwise only its label. */
export const link = (address: string, label: Html | string = address): Html =>
  isFollowable(address) ? html`<a href="${address}">${label}</a>` : html`${label}`

/** A link that looks like a button; nothing where the address must not be followed. */
export const buttonLink = (address: string, label: string, look?: 'plain'): Html => {
  const name = look === undefined ? 'button' : `button ${look}`
  return isFollowable(address)
    ? html`<p class="actions"><a class="${name}" href="${address}">${label}</a></p>`
    : html``
}

/** How to reach the operator: an e-mail address, a telephone number or a page becomes a link. */
export const contactLink = (contact: string): Html => {
  if (/^[^\s@:?&<>]+@[^\s@:?&<>]+$/.test(contact)) {
    return html`<a href="mailto:${contact}">${contact}</a>`
  }
  if (/^\+?[\d ().-]{6,24}$/.test(contact)) {
    return html`<a href="tel:${contact.replace(/[^\d+]/g, '')}">${contact}</a>`
  }
  return link(contact)
}

// A path that begins with two slashes, or a backslash, would leave this site.
const isFollowable = (address: string): boolean =>
  /^https:\/\/[^\s\\]+$/.test(address) || /^\/(?![/\\])[^\s\\]*$/.test(address)
