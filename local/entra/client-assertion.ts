import { X509Certificate } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { EntraError } from './aadsts.ts'
import type { Client } from './clients.ts'
import { issuerOf, type Entra } from './context.ts'

export const federationAudience = 'api://AzureADTokenExchange'

/** Checks a `client_assertion`: signed by a registered certificate, or a federated identity's token. */
export const checkClientAssertion = async (
  entra: Entra,
  client: Client,
  { assertion, tenant }: { assertion: string; tenant: string },
): Promise<void> => {
  const { iss } = decoded(assertion)
  if (iss === client.clientId) await checkCertificate(entra, client, { assertion, tenant })
  else await checkFederated(entra, client, assertion)
}

const decoded = (assertion: string) => {
  try {
    return { ...decodeProtectedHeader(assertion), ...decodeJwt(assertion) }
  } catch {
    throw malformed('it cannot be decoded')
  }
}

const malformed = (reason: string): EntraError =>
  new EntraError(50027, `JWT token is invalid or malformed: ${reason}.`)

const checkCertificate = async (
  entra: Entra,
  client: Client,
  { assertion, tenant }: { assertion: string; tenant: string },
): Promise<void> => {
  const thumbprint = decodeProtectedHeader(assertion)['x5t#S256']
  const certificate = client.certificates
    .map((pem) => new X509Certificate(pem))
    .find((one) => thumbprintOf(one) === thumbprint)
  if (!certificate) throw notRegistered()
  const { aud, sub } = decoded(assertion)
  if (sub !== client.clientId) {
    throw new EntraError(
      700021,
      "Client assertion application identifier doesn't match 'client_id' parameter.",
    )
  }
  const audiences = [`${entra.address}/${tenant}/oauth2/v2.0/token`, issuerOf(entra, tenant)]
  if (typeof aud !== 'string' || !audiences.includes(aud.toLowerCase())) {
    throw new EntraError(700023, 'Client assertion audience claim does not match Realm issuer.')
  }
  await verify(entra, assertion, certificate.publicKey)
}

const thumbprintOf = (certificate: X509Certificate): string =>
  Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')

const notRegistered = (): EntraError =>
  new EntraError(
    700027,
    'The certificate with identifier used to sign the client assertion is not registered on application, or the signature does not match.',
  )

const checkFederated = async (entra: Entra, client: Client, assertion: string): Promise<void> => {
  const { iss, aud, sub } = decoded(assertion)
  const issuer = issuerOf(entra, entra.directory.operatorTenant)
  if (iss !== issuer) throw noRecord(700211, `issuer '${iss}'`)
  await verify(entra, assertion, entra.keys.publicKey)
  if (aud !== federationAudience) throw noRecord(700212, `audience '${String(aud)}'`)
  if (!sub || !client.federatedSubjects.includes(sub)) throw noRecord(700213, `subject '${sub}'`)
}

const noRecord = (code: 700211 | 700212 | 700213, what: string): EntraError =>
  new EntraError(
    code,
    `No matching federated identity record found for presented assertion ${what}. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.`,
  )

type VerificationKey = Parameters<typeof jwtVerify>[1]

const verify = async (entra: Entra, assertion: string, key: VerificationKey): Promise<void> => {
  const options = {
    algorithms: ['RS256', 'PS256'],
    requiredClaims: ['exp'],
    currentDate: new Date(entra.nowMs()),
    // Entra forgives clocks five minutes apart; MSAL rounds `nbf` up, into the near future.
    clockTolerance: 300,
  }
  try {
    await jwtVerify(assertion, key, options)
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) throw notRegistered()
    const isTime =
      error instanceof errors.JWTExpired ||
      (error instanceof errors.JWTClaimValidationFailed && error.claim !== 'aud')
    if (isTime) {
      throw new EntraError(700024, 'Client assertion is not within its valid time range.')
    }
    throw malformed(error instanceof Error ? error.message : 'it cannot be verified')
  }
}
