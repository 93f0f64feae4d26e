import { generateKeyPair, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import type { VerifyBearer } from '../../local/apis/bearer.ts'

export const tenant = '11111111-1111-4111-8111-111111111111'

/** An issuer of access tokens with a key of its own, and the check that a local part makes of them. */
export const createIssuer = async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const issue = (claims: JWTPayload, expires: string | Date = '1h'): Promise<string> =>
    new SignJWT({ tid: tenant, ...claims })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(`https://sts.windows.net/${tenant}/`)
      .setIssuedAt()
      .setNotBefore('0s')
      .setExpirationTime(expires)
      .sign(privateKey)
  const verifyBearer: VerifyBearer = async (token) => (await jwtVerify(token, publicKey)).payload
  return { issue, verifyBearer }
}

type Issuer = Awaited<ReturnType<typeof createIssuer>>

/** A credential as an Azure SDK takes it: its tokens are for the resource that the SDK asks for. */
export const credentialOf = ({ issue }: Issuer, oid: string) => ({
  getToken: async (scopes: string | string[]) => ({
    token: await issue({ oid, aud: [scopes].flat()[0]?.replace(/\/\.default$/, '') ?? '' }),
    expiresOnTimestamp: Date.now() + 3600_000,
  }),
})
