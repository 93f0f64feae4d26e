import { authenticate, type Claims, type VerifyBearer } from '../apis/bearer.ts'
import type { LocalAnswer, LocalRequest } from '../kit/part.ts'
import { problem } from './problem.ts'

/** The audience of access tokens for Key Vault. */
export const vaultAudience = 'https://vault.azure.net'
const actionPrefix = 'Microsoft.KeyVault/vaults/'

/** What one identity may do, as a role assignment on the vault would say it. */
export type VaultAccess = {
  /** Object id of the identity: `oid` of its tokens. */
  principalId: string
  name: string
  /** Azure's data actions, such as `Microsoft.KeyVault/vaults/secrets/getSecret/action`. */
  actions: string[]
}

type Gate = { authority: string; verifyBearer: VerifyBearer; access: VaultAccess[] }

/** The answer to a request that may not do `action`; nothing for one that may. */
export const refusal = async (
  request: LocalRequest,
  action: string,
  { authority, verifyBearer, access }: Gate,
): Promise<LocalAnswer | undefined> => {
  const bearer = await authenticate(request, { audience: vaultAudience, verifyBearer })
  if ('refused' in bearer) return challenge(authority, bearer)
  const wanted = actionPrefix + action
  const identity = access.find(({ principalId }) => principalId === bearer.claims.oid)
  return identity?.actions.includes(wanted) ? undefined : forbidden(wanted, bearer.claims, identity)
}

const codes = { missing: 'AKV10000', invalid: 'AKV10032', audience: 'AKV10022' }

const challenge = (
  authority: string,
  { refused, detail }: { refused: keyof typeof codes; detail: string },
): LocalAnswer => {
  const error = refused === 'missing' ? '' : ', error="invalid_token"'
  return {
    ...problem(401, { code: 'Unauthorized', message: `${codes[refused]}: ${detail}` }),
    headers: {
      'www-authenticate': `Bearer authorization="${authority}", resource="${vaultAudience}"${error}`,
    },
  }
}

const forbidden = (
  action: string,
  { oid, appid }: Claims,
  identity: VaultAccess | undefined,
): LocalAnswer =>
  problem(403, {
    code: 'Forbidden',
    message: [
      'Caller is not authorized to perform action on resource.',
      `Caller: name=${identity?.name ?? '(unknown)'};appid=${appid};oid=${oid}`,
      `Action: '${action}'`,
      'Assignment: (not found)',
    ].join('\r\n'),
    inner: 'ForbiddenByRbac',
  })
