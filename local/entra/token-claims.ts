import { randomBytes, randomInt } from 'node:crypto'
import { stableGuid, type Account } from './accounts.ts'
import type { Client } from './clients.ts'
import { issuerOf, v1IssuerOf, type Entra } from './context.ts'
import type { Resource } from './resources.ts'

/** `azpacr`: how the client proved itself: not at all, by secret, by certificate or federation. */
export type ClientProof = '0' | '1' | '2'

const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'
const ordinaryMember = 'b79fbf4d-3ef9-4689-8143-76b194e85509'

// Entra dates its tokens back by five minutes, for readers whose clock is behind.
const backdatedSeconds = 300

/** Entra gives access tokens a random life of 60 to 90 minutes, in seconds. */
export const randomLifetime = (): number => randomInt(3600, 5400)

/** Claims that every token has. */
export const timeClaims = (entra: Entra, lifetimeSeconds: number) => {
  const now = Math.floor(entra.nowMs() / 1000)
  return {
    iat: now - backdatedSeconds,
    nbf: now - backdatedSeconds,
    exp: now + lifetimeSeconds,
    uti: randomBytes(16).toString('base64url'),
  }
}

export type PersonSubject = { account: Account; client: Client; proof: ClientProof; mfa: boolean }
export type Access = { resource: Resource; permissions: string[]; lifetimeSeconds: number }

/** Claims of a person's access token; Partner Center's are of the v1.0 form, with `amr`. */
export const personAccessClaims = (entra: Entra, subject: PersonSubject, access: Access) => {
  const { account, client } = subject
  const { person, tenant } = account
  const isPartnerCenter = access.resource.name === 'https://api.partnercenter.microsoft.com'
  const isBroker = access.resource.name === entra.directory.brokerApi.audience
  const isAdmin = person.admin && account.kind === 'member'
  return {
    ...timeClaims(entra, access.lifetimeSeconds),
    aud: access.resource.audience,
    ...(isPartnerCenter ? v1Claims(subject) : v2Claims(entra, subject)),
    tid: tenant,
    oid: account.objectId,
    sub: pairwise(account.objectId, access.resource.audience),
    name: person.name,
    upn: person.username,
    scp: access.permissions.join(' '),
    ...(isAdmin && { wids: [globalAdministrator] }),
    ...identityProvider(account),
    ...(isBroker && person.roles && { roles: person.roles }),
    ...(isBroker && { idtyp: 'user', azp: client.clientId }),
  }
}

const v1Claims = ({ account, client, proof, mfa }: PersonSubject) => ({
  iss: v1IssuerOf(account.tenant),
  ver: '1.0',
  acr: '1',
  amr: mfa ? ['pwd', 'mfa'] : ['pwd'],
  appid: client.clientId,
  appidacr: proof,
  unique_name: account.person.username,
})

const v2Claims = (entra: Entra, { account, client, proof }: PersonSubject) => ({
  iss: issuerOf(entra, account.tenant),
  ver: '2.0',
  azp: client.clientId,
  azpacr: proof,
  preferred_username: account.person.username,
})

/** Claims of an ID token (v2.0: no `amr`). */
export const idTokenClaims = (entra: Entra, subject: PersonSubject, nonce?: string) => {
  const { account, client } = subject
  const { person, tenant, objectId, kind } = account
  return {
    ...timeClaims(entra, 3600),
    iss: issuerOf(entra, tenant),
    aud: client.clientId,
    ver: '2.0',
    tid: tenant,
    oid: objectId,
    sub: pairwise(objectId, client.clientId),
    name: person.name,
    preferred_username: person.username,
    wids: [person.admin && kind === 'member' ? globalAdministrator : ordinaryMember],
    ...identityProvider(account),
    ...(nonce && { nonce }),
  }
}

/** Claims of an application's own v2.0 token for the broker's API or another resource. */
export const appAccessClaims = (
  entra: Entra,
  app: { clientId: string; objectId: string; tenant: string; proof: ClientProof; roles: string[] },
  access: { audience: string; lifetimeSeconds: number },
) => ({
  ...timeClaims(entra, access.lifetimeSeconds),
  iss: issuerOf(entra, app.tenant),
  aud: access.audience,
  ver: '2.0',
  tid: app.tenant,
  azp: app.clientId,
  azpacr: app.proof,
  idtyp: 'app',
  oid: app.objectId,
  sub: app.objectId,
  ...(app.roles.length > 0 && { roles: app.roles }),
})

// Only who is not at home in the tenant has an `idp`; it names the home tenant in the v1.0 spelling.
const identityProvider = ({ person, kind }: Account) =>
  kind === 'guest' ? { idp: v1IssuerOf(person.tenant), email: person.username } : {}

const pairwise = (objectId: string, audience: string): string =>
  Buffer.from(stableGuid(objectId, audience)).toString('base64url')
