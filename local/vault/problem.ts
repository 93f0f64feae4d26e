import type { LocalAnswer } from '../kit/part.ts'

/** An error in Key Vault's body shape; `inner` becomes `innererror.code`. */
export const problem = (
  status: number,
  { code, message, inner }: { code: string; message: string; inner?: string },
): LocalAnswer => ({
  status,
  body: { error: { code, message, ...(inner && { innererror: { code: inner } }) } },
})

/** 400 as Key Vault answers a request it cannot make sense of. */
export const badParameter = (message: string): LocalAnswer =>
  problem(400, { code: 'BadParameter', message })

/** 404 for a secret or a key that is absent or deleted. */
export const notFound = (kind: 'Secret' | 'Key', name: string): LocalAnswer =>
  problem(404, {
    code: `${kind}NotFound`,
    message: `A ${kind.toLowerCase()} with (name/id) ${name} was not found in this key vault. If you recently deleted this ${kind.toLowerCase()} you may be able to recover it using the correct recovery command.`,
  })

/** 403 for something whose attribute `enabled` is false. */
export const disabled = (kind: 'Secret' | 'Key', operation: string): LocalAnswer =>
  problem(403, {
    code: 'Forbidden',
    message: `Operation ${operation} is not allowed on a disabled ${kind.toLowerCase()}.`,
    inner: `${kind}Disabled`,
  })

/** 409 while a deleted secret that can be recovered still takes the name. */
export const nameTaken = (name: string): LocalAnswer =>
  problem(409, {
    code: 'Conflict',
    message: `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    inner: 'ObjectIsDeletedButRecoverable',
  })

/** 403 for a use that is not among the key's own `key_ops`. */
export const operationNotPermitted = (operation: string): LocalAnswer =>
  problem(403, {
    code: 'Forbidden',
    message: `Operation ${operation} is not permitted on this key.`,
    inner: 'KeyOperationForbidden',
  })
