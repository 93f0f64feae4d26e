import { addKeyVersion, createSchema, keyOpsSchema } from './key-versions.ts'
import { ok, page, withBody, type Call, type Operation } from './operation.ts'
import { notFound } from './problem.ts'
import { attributesOf, pick, propertiesSchema, updateProperties } from './properties.ts'
import type { KeyVersion, StoredKey } from './state.ts'

type Keys = Map<string, StoredKey>

const updateSchema = propertiesSchema.extend({ key_ops: keyOpsSchema.optional() })
const named = /^\/keys\/(?<name>[^/]+)(?:\/(?<version>[^/]*))?$/i
const versionsOf = /^\/keys\/(?<name>[^/]+)\/versions$/i
const created = /^\/keys\/(?<name>[^/]+)\/create$/i
const rotated = /^\/keys\/(?<name>[^/]+)\/rotate$/i

/** What can be done with keys, but for their use. */
export const keyOperations = (keys: Keys): Operation[] => [
  { method: 'GET', path: /^\/keys\/?$/i, action: 'keys/read', run: list(keys) },
  { method: 'GET', path: versionsOf, action: 'keys/read', run: listVersions(keys) },
  { method: 'GET', path: named, action: 'keys/read', run: get(keys) },
  { method: 'PATCH', path: named, action: 'keys/update/action', saves: true, run: update(keys) },
  { method: 'POST', path: created, action: 'keys/create/action', saves: true, run: create(keys) },
  { method: 'POST', path: rotated, action: 'keys/rotate/action', saves: true, run: rotate(keys) },
]

const create = (keys: Keys) => (call: Call) =>
  withBody(call, createSchema, async (body) =>
    ok(bundleOf(call, await addKeyVersion(keys, call.name, body))),
  )

const rotate = (keys: Keys) => async (call: Call) => {
  if (!keys.has(call.name.toLowerCase())) return notFound('Key', call.name)
  return ok(bundleOf(call, await addKeyVersion(keys, call.name, {})))
}

const get = (keys: Keys) => (call: Call) => {
  const version = pick(keys.get(call.name.toLowerCase())?.versions, call.version)
  return version ? ok(bundleOf(call, version)) : notFound('Key', call.name)
}

const update = (keys: Keys) => (call: Call) =>
  withBody(call, updateSchema, (body) => {
    const version = pick(keys.get(call.name.toLowerCase())?.versions, call.version)
    if (!version) return notFound('Key', call.name)
    updateProperties(version, body)
    version.keyOps = body.key_ops ?? version.keyOps
    return ok(bundleOf(call, version))
  })

const list = (keys: Keys) => (call: Call) => {
  const latest = [...keys.values()].map(({ name, versions }) => ({
    kid: `${call.origin}/keys/${name}`,
    version: versions.at(-1),
  }))
  return page(
    call,
    latest.map(({ kid, version }) => summaryOf(kid, version)),
  )
}

const listVersions = (keys: Keys) => (call: Call) => {
  const versions = keys.get(call.name.toLowerCase())?.versions ?? []
  return page(
    call,
    versions.map((version) => summaryOf(kidOf(call, version), version)),
  )
}

/** Identifier of one version of a key. */
export const kidOf = (
  { origin, name }: Pick<Call, 'origin' | 'name'>,
  { version }: KeyVersion,
): string => `${origin}/keys/${name}/${version}`

const summaryOf = (kid: string, version: KeyVersion | undefined) => ({
  kid,
  tags: version?.tags,
  attributes: version && attributesOf(version),
})

const bundleOf = (call: Call, version: KeyVersion) => ({
  key: {
    kid: kidOf(call, version),
    kty: 'RSA',
    key_ops: version.keyOps,
    n: version.jwk.n,
    e: version.jwk.e,
  },
  tags: version.tags,
  attributes: attributesOf(version),
})
