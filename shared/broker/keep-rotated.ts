import { secretNameOf, type Grant } from './grant.ts'
import type { Rows, Stored } from './rows.ts'
import type { SealedTokens, SealToken } from './sealed-token.ts'

export type KeepingPorts = {
  grants: Pick<Rows<Grant>, 'replace'>
  sealedTokens: Pick<SealedTokens, 'write'>
  seal: SealToken
}

/**
 * Keeps the refresh token that the partner's home tenant returned: the new secret version first,
 * then the row by ETag to exactly that version. `changed`: another worker or a new consent was
 * faster; what it wrote stands, and the version written here is never pointed to.
 */
export const keepRotated = async (
  { grants, sealedTokens, seal }: KeepingPorts,
  { value: grant, etag }: Stored<Grant>,
  rotated: { refreshToken: string; at: number },
): Promise<Stored<Grant> | 'changed'> => {
  const { sealed, kid } = await seal(rotated.refreshToken, contextOf(grant))
  const secretVersion = await sealedTokens.write(secretNameOf(grant), sealed)
  const value: Grant = {
    ...grant,
    sealed: { secretVersion, kid, sealedAt: rotated.at },
    previous: grant.sealed,
  }
  const written = await grants.replace(value, etag)
  return written === 'changed' ? 'changed' : { value, etag: written.etag }
}

const contextOf = ({ app, partner, generation }: Grant) => ({ app, partner, generation })
