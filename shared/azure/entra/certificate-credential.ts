import { createHash, randomUUID, X509Certificate } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { AppCredential, Proof } from './app-credential.ts'

/** Signs a SHA-256 digest as PS256 with the private key that belongs to this public one. */
export type SignDigest = (certificate: X509Certificate, digest: Buffer) => Promise<Uint8Array>

export type CertificateApp = {
  clientId: string
  /** PEM; several overlap while they are exchanged, and are tried in order. */
  certificates: readonly string[]
  sign: SignDigest
  now: () => number
}

type Assert = (tokenEndpoint: string) => Promise<string>

/** A certificate whose key never leaves the vault: the vault signs each client assertion (RFC 7523). */
export const certificateCredential = (app: CertificateApp): AppCredential => {
  let current = 0
  const proofs = app.certificates.map((pem) => proofOf(app, readCertificate(pem)))
  return {
    proof: async () => proofs[current]?.proof ?? noCertificate(),
    proofs: proofs.length,
    refused: (proof) => {
      const now = proofs[current]
      if (!now || proof !== now.proof) return
      now.forget()
      current = (current + 1) % proofs.length
    },
  }
}

/** When the last of these certificates ends; milliseconds since the epoch. */
export const certificatesEnd = (certificates: readonly string[]): number =>
  Math.max(...certificates.map((pem) => Date.parse(readCertificate(pem).validTo)))

const readCertificate = (pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem)
  } catch {
    throw Object.assign(new Error('APP_CERTIFICATE: holds no certificate that can be read'), {
      name: 'SettingsError',
    })
  }
}

const proofOf = (app: CertificateApp, certificate: X509Certificate) => {
  const { assert, forget } = keptAssertions(app, (audience) =>
    assertion(app, certificate, audience),
  )
  const clientAssertion = ({ tokenEndpoint = '' }: { tokenEndpoint?: string }) =>
    assert(tokenEndpoint)
  const proof: Proof = { clientAssertion }
  return { proof, forget }
}

// Entra forgives clocks that differ by five minutes, and refuses assertions that live longer than ten.
const lifeSeconds = 600
const keptMs = 5 * 60_000
const keptTenants = 5_000

/** One assertion for each tenant at a time, since each costs the vault a signature. */
const keptAssertions = ({ now }: CertificateApp, assert: Assert) => {
  const kept = new LRUCache<string, { assertion: Promise<string>; until: number }>({
    max: keptTenants,
  })
  return {
    forget: () => kept.clear(),
    assert: (audience: string): Promise<string> => {
      const known = kept.get(audience)
      if (known && now() < known.until) return known.assertion
      const mine = { assertion: assert(audience), until: now() + keptMs }
      kept.set(audience, mine)
      mine.assertion.catch(() => {
        if (kept.get(audience) === mine) kept.delete(audience)
      })
      return mine.assertion
    },
  }
}

const assertion = async (
  { clientId, sign, now }: CertificateApp,
  certificate: X509Certificate,
  audience: string,
): Promise<string> => {
  const seconds = Math.floor(now() / 1000)
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprintOf(certificate) }
  const claims = {
    aud: audience,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    nbf: seconds,
    exp: seconds + lifeSeconds,
  }
  const signed = `${encode(header)}.${encode(claims)}`
  const signature = await sign(certificate, createHash('sha256').update(signed).digest())
  return `${signed}.${Buffer.from(signature).toString('base64url')}`
}

const thumbprintOf = ({ raw }: X509Certificate): string =>
  createHash('sha256').update(raw).digest('base64url')

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

const noCertificate = (): never => {
  throw new Error('the application has no certificate')
}
