import * as z from 'zod'
import { performKeyOperation, type KeyOperation } from './key-cryptography.ts'
import { kidOf } from './keys.ts'
import { ok, withBody, type Call, type Operation } from './operation.ts'
import { badParameter, disabled, notFound, operationNotPermitted } from './problem.ts'
import { pick } from './properties.ts'
import type { StoredKey } from './state.ts'

type Keys = Map<string, StoredKey>

const base64url = z.base64url().transform((text) => Buffer.from(text, 'base64url'))
const useSchema = z.object({ alg: z.string(), value: base64url })
const verifySchema = z.object({ alg: z.string(), digest: base64url, value: base64url })

/** Encrypting, decrypting, wrapping, unwrapping, signing and verifying with a key. */
export const keyUseOperations = (keys: Keys): Operation[] => [
  operation('encrypt', 'keys/encrypt/action', use(keys, 'encrypt')),
  operation('decrypt', 'keys/decrypt/action', use(keys, 'decrypt')),
  operation('wrapKey', 'keys/wrap/action', use(keys, 'wrapKey')),
  operation('unwrapKey', 'keys/unwrap/action', use(keys, 'unwrapKey')),
  operation('sign', 'keys/sign/action', use(keys, 'sign')),
  operation('verify', 'keys/verify/action', verify(keys)),
]

const operation = (name: KeyOperation, action: string, run: Operation['run']): Operation => ({
  method: 'POST',
  path: new RegExp(`^/keys/(?<name>[^/]+)/(?<version>[^/]*)/${name}$`, 'i'),
  action,
  run,
})

const use = (keys: Keys, name: KeyOperation) => (call: Call) =>
  withBody(call, useSchema, ({ alg, value }) =>
    perform({ keys, call, name }, { algorithm: alg, value, signature: Buffer.alloc(0) }),
  )

const verify = (keys: Keys) => (call: Call) =>
  withBody(call, verifySchema, ({ alg, digest, value }) =>
    perform({ keys, call, name: 'verify' }, { algorithm: alg, value: digest, signature: value }),
  )

type Subject = { keys: Keys; call: Call; name: KeyOperation }

const perform = (
  { keys, call, name }: Subject,
  input: Parameters<typeof performKeyOperation>[2],
) => {
  const version = pick(keys.get(call.name.toLowerCase())?.versions, call.version)
  if (!version) return notFound('Key', call.name)
  if (!version.enabled) return disabled('Key', name)
  if (!version.keyOps.includes(name)) return operationNotPermitted(name)
  const result = performKeyOperation(name, version, input)
  if (result === undefined)
    return badParameter(`${input.algorithm}: the input does not fit the key`)
  if (typeof result === 'boolean') return ok({ value: result })
  return ok({ kid: kidOf(call, version), value: result.toString('base64url') })
}
