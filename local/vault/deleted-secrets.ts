import { ok, page, type Call, type Operation } from './operation.ts'
import { notFound } from './problem.ts'
import { deletedOf, propertiesOf } from './secret-answers.ts'
import type { StoredSecret } from './state.ts'

type Secrets = Map<string, StoredSecret>

const named = /^\/deletedsecrets\/(?<name>[^/]+)$/i
const recovered = /^\/deletedsecrets\/(?<name>[^/]+)\/recover$/i
const metadata = 'secrets/readMetadata/action'

/** What can be done with secrets that are deleted and not yet purged. */
export const deletedSecretOperations = (secrets: Secrets): Operation[] => [
  { method: 'GET', path: /^\/deletedsecrets\/?$/i, action: metadata, run: list(secrets) },
  { method: 'GET', path: named, action: metadata, run: get(secrets) },
  {
    method: 'DELETE',
    path: named,
    action: 'secrets/purge/action',
    saves: true,
    run: purge(secrets),
  },
  {
    method: 'POST',
    path: recovered,
    action: 'secrets/recover/action',
    saves: true,
    run: recover(secrets),
  },
]

const deleted = (secrets: Secrets, name: string): StoredSecret | undefined => {
  const stored = secrets.get(name.toLowerCase())
  return stored?.deletedAt === undefined ? undefined : stored
}

const list = (secrets: Secrets) => (call: Call) => {
  const all = [...secrets.values()].filter(({ deletedAt }) => deletedAt !== undefined)
  return page(
    call,
    all.map((stored) => deletedOf(call, stored)),
  )
}

const get = (secrets: Secrets) => (call: Call) => {
  const stored = deleted(secrets, call.name)
  return stored ? ok(deletedOf(call, stored)) : notFound('Secret', call.name)
}

const purge = (secrets: Secrets) => (call: Call) => {
  if (!deleted(secrets, call.name)) return notFound('Secret', call.name)
  secrets.delete(call.name.toLowerCase())
  return { status: 204 }
}

const recover = (secrets: Secrets) => (call: Call) => {
  const stored = deleted(secrets, call.name)
  const latest = stored?.versions.at(-1)
  if (!stored || !latest) return notFound('Secret', call.name)
  delete stored.deletedAt
  return ok(propertiesOf(call, latest))
}
