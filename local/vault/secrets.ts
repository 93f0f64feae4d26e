import * as z from 'zod'
import { ok, page, withBody, type Call, type Operation } from './operation.ts'
import { badParameter, disabled, nameTaken, notFound } from './problem.ts'
import { epochSeconds, newVersion, pick } from './properties.ts'
import { propertiesSchema, updateProperties } from './properties.ts'
import { bundleOf, deletedOf, propertiesOf, summaryOf } from './secret-answers.ts'
import type { SecretVersion, StoredSecret } from './state.ts'

type Secrets = Map<string, StoredSecret>

const maxValueBytes = 25 * 1024
const updateSchema = propertiesSchema.extend({ contentType: z.string().max(255).optional() })
const setSchema = updateSchema.extend({ value: z.string() })

/** Adds a version to the secret `name`; nothing while a deleted secret still takes the name. */
export const addSecretVersion = (
  secrets: Secrets,
  name: string,
  given: z.infer<typeof setSchema>,
): SecretVersion | undefined => {
  const stored = secrets.get(name.toLowerCase()) ?? { name, versions: [] }
  if (stored.deletedAt !== undefined) return undefined
  const version = { ...newVersion(given), value: given.value, contentType: given.contentType }
  stored.versions.push(version)
  secrets.set(name.toLowerCase(), stored)
  return version
}

const named = /^\/secrets\/(?<name>[^/]+)(?:\/(?<version>[^/]*))?$/i
const versionsOf = /^\/secrets\/(?<name>[^/]+)\/versions$/i
const metadata = 'secrets/readMetadata/action'

/** What can be done with secrets that are not deleted. */
export const secretOperations = (secrets: Secrets): Operation[] => [
  { method: 'GET', path: /^\/secrets\/?$/i, action: metadata, run: list(secrets) },
  { method: 'GET', path: versionsOf, action: metadata, run: listVersions(secrets) },
  { method: 'GET', path: named, action: 'secrets/getSecret/action', run: get(secrets) },
  {
    method: 'PUT',
    path: named,
    action: 'secrets/setSecret/action',
    saves: true,
    run: set(secrets),
  },
  {
    method: 'PATCH',
    path: named,
    action: 'secrets/update/action',
    saves: true,
    run: update(secrets),
  },
  { method: 'DELETE', path: named, action: 'secrets/delete', saves: true, run: remove(secrets) },
]

const live = (secrets: Secrets, name: string): StoredSecret | undefined => {
  const stored = secrets.get(name.toLowerCase())
  return stored?.deletedAt === undefined ? stored : undefined
}

const set = (secrets: Secrets) => (call: Call) =>
  withBody(call, setSchema, (body) => {
    if (Buffer.byteLength(body.value) > maxValueBytes) return badParameter('value: above 25 KB')
    const version = addSecretVersion(secrets, call.name, body)
    return version ? ok(bundleOf(call, version)) : nameTaken(call.name)
  })

const get = (secrets: Secrets) => (call: Call) => {
  const version = pick(live(secrets, call.name)?.versions, call.version)
  if (!version) return notFound('Secret', call.name)
  return version.enabled ? ok(bundleOf(call, version)) : disabled('Secret', 'get')
}

const update = (secrets: Secrets) => (call: Call) =>
  withBody(call, updateSchema, (body) => {
    const version = pick(live(secrets, call.name)?.versions, call.version)
    if (!version) return notFound('Secret', call.name)
    updateProperties(version, body)
    version.contentType = body.contentType ?? version.contentType
    return ok(propertiesOf(call, version))
  })

const remove = (secrets: Secrets) => (call: Call) => {
  const stored = live(secrets, call.name)
  if (!stored) return notFound('Secret', call.name)
  stored.deletedAt = epochSeconds()
  return ok(deletedOf(call, stored))
}

const list = (secrets: Secrets) => (call: Call) => {
  const all = [...secrets.values()].filter(({ deletedAt }) => deletedAt === undefined)
  return page(
    call,
    all.map((stored) => summaryOf(call, stored)),
  )
}

const listVersions = (secrets: Secrets) => (call: Call) => {
  const versions = live(secrets, call.name)?.versions ?? []
  return page(
    call,
    versions.map((version) => propertiesOf(call, version)),
  )
}
