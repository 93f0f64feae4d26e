import type { TokenCredential } from '@azure/identity'
import { guardedDoor } from './guarded-door.ts'

const timeoutMs = 10_000

/** The app's own managed identity, and nothing else: no chain that could find another one. */
export const managedIdentity = (clientId: string): TokenCredential => {
  let credential: Promise<TokenCredential> | undefined
  const open = () =>
    (credential ??= import('@azure/identity').then(
      ({ ManagedIdentityCredential }) => new ManagedIdentityCredential({ clientId }),
    ))
  return { getToken: async (scopes, options) => (await open()).getToken(scopes, options) }
}

/** A token of that identity for one scope; throws `upstream_unavailable`. */
export const identityToken = (credential: TokenCredential) => {
  const door = guardedDoor({ dependency: 'identity', timeoutMs })
  return (scope: string): Promise<string> =>
    door(async (abortSignal) => {
      const token = await credential.getToken(scope, { abortSignal })
      if (!token) throw new Error('the identity gave no token')
      return token.token
    })
}
