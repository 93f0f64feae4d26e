import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { openSealed, sealedWith } from '../../shared/azure/vault/jwe.ts'
import type { SealContext } from '../../shared/broker/sealed-token.ts'

const mark = 'stub.'
// As long as a refresh token is when sealed.
const padding = 'x'.repeat(1_800)

/** What stands for a sealed token where sealing them all would only measure this machine's RSA. */
export const stubOf = (index: number): string => `${mark}${index}.${padding}`

export const isStub = (sealed: string): boolean => sealed.startsWith(mark)

export const openStub = (sealed: string): string => sealed.slice(mark.length)

/** The product's own sealing, with a key on this machine instead of one in the vault. */
export const realSeal = () => {
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
  })
  const jwk = publicKey.export({ format: 'jwk' })
  const options = {
    key,
    padding: constants.RSA_PKCS1_OAEP_PADDING,
    oaepHash: 'sha256',
  }
  return {
    seal: (token: string, context: SealContext): Promise<string> => sealedWith(jwk, token, context),
    /** `ask` lets the unwrapping pass as a call to the vault. */
    open: (
      sealed: string,
      context: SealContext,
      ask: (unwrap: () => Buffer) => Promise<Buffer>,
    ): Promise<string> =>
      openSealed((_kid, wrapped) => ask(() => privateDecrypt(options, wrapped)), sealed, context),
  }
}
