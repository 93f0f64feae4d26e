import type { Tapped } from './wire-tap.ts'

/** Every secret value that came up, by kind. */
export type Canaries = Map<string, Set<string>>

/** A place to search: a name to report, and its text. */
export type Place = { name: string; text: string }

// Shorter values would be found anywhere by accident.
const shortest = 20

export const keep = (canaries: Canaries, kind: string, value: string | null | undefined): void => {
  if (!value || value.length < shortest) return
  canaries.set(kind, (canaries.get(kind) ?? new Set()).add(value))
}

const formSecrets = ['client_secret', 'client_assertion', 'refresh_token', 'code', 'code_verifier']
const answerSecrets = ['access_token', 'refresh_token', 'id_token']

/** Collects the secrets of what the local parts were asked and answered. */
export const collect = (canaries: Canaries, tapped: readonly Tapped[]): void => {
  for (const { url, headers, body, answer } of tapped) {
    const query = new URLSearchParams(url.split('?')[1])
    for (const name of ['state', 'nonce']) keep(canaries, name, query.get(name))
    keep(canaries, 'bearer token', /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1])
    keep(canaries, 'identity header', String(headers['x-identity-header'] ?? ''))
    const form = new URLSearchParams(body)
    for (const name of formSecrets) keep(canaries, name, form.get(name))
    const members = membersOf(answer)
    for (const name of answerSecrets) keep(canaries, name, members[name])
    if (url.includes('/unwrapkey')) keep(canaries, 'content key', members['value'])
    if (url.includes('/secrets/')) keep(canaries, 'sealed token', members['value'])
  }
}

const membersOf = (text: string): Record<string, string> => {
  if (!text.startsWith('{')) return {}
  const parsed: unknown = JSON.parse(text)
  return Object.fromEntries(
    Object.entries(Object(parsed)).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : '',
    ]),
  )
}

/** Which kinds of secrets stand in which places; never the secret itself, nor where a kind is `allowed`. */
export const leaks = (
  canaries: Canaries,
  places: readonly Place[],
  allowed: readonly string[] = [],
): string[] =>
  [...canaries]
    .filter(([kind]) => !allowed.includes(kind))
    .flatMap(([kind, values]) => {
      const forms = [...values].flatMap(formsOf)
      return places
        .filter(({ text }) => forms.some((form) => text.includes(form)))
        .map(({ name }) => `${kind} in ${name}`)
    })

/** A secret as it might be spelled: itself, encoded, and the signature of a token. */
const formsOf = (value: string): string[] => {
  const signature = value.split('.').at(-1) ?? ''
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '')
  return [
    value,
    encodeURIComponent(value),
    base64,
    ...(signature.length >= shortest ? [signature] : []),
  ]
}
