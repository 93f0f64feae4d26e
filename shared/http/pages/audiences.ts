import { identifier } from './card.ts'
import type { Catalogue } from './catalogue.ts'
import { html, type Html } from './html.ts'

export type AudienceView = {
  /** Address of the resource, such as `https://graph.microsoft.com`. */
  resource: string
  /** Each by its name at Microsoft, such as `user_impersonation`. */
  permissions: { name: string }[]
}

/** Each Microsoft service with its permissions in plain words; an unknown one is shown by its name. */
export const audienceList = (audiences: readonly AudienceView[], words: Catalogue): Html[] =>
  audiences.map(
    ({ resource, permissions }) =>
      html`<h3>${audienceName(resource, words)}</h3>
        <p class="small">${identifier(resource)}</p>
        <ul>
          ${permissions.map(({ name }) => html`<li>${permission(resource, name, words)}</li>`)}
        </ul>`,
  )

/** The service's name as people know it, or its address. */
export const audienceName = (resource: string, words: Catalogue): string =>
  known(resource, words)?.name ?? resource

type KnownAudience = { name: string; permissions: Record<string, string> }

const known = (resource: string, { audiences }: Catalogue): KnownAudience | undefined =>
  own<KnownAudience>(audiences, resource.replace(/\/+$/, ''))

/** A permission in plain words, with its name at Microsoft; as plain text. */
export const permissionText = (resource: string, name: string, words: Catalogue): string => {
  const plain = plainWords(resource, name, words)
  return plain === undefined
    ? `${words.invitation.permissions.unknown} ${name}`
    : `${plain} (${name})`
}

const plainWords = (resource: string, name: string, words: Catalogue): string | undefined =>
  own(known(resource, words)?.permissions ?? {}, name)

const permission = (resource: string, name: string, words: Catalogue): Html => {
  const plain = plainWords(resource, name, words)
  return plain === undefined
    ? html`${words.invitation.permissions.unknown} ${identifier(name)}`
    : html`${plain} <span class="small">(${identifier(name)})</span>`
}

// A name from outside must not find what every object inherits.
const own = <T>(table: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined
