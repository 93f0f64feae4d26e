import { randomUUID } from 'node:crypto'
import { microsoftGraph } from '../../shared/broker/audience.ts'
import type { Directory } from '../directory.ts'
import { stableGuid, tenantName } from '../entra/accounts.ts'
import type { LocalAnswer } from '../kit/part.ts'
import { accountOf } from './account.ts'
import type { Api, ApiCall } from './api.ts'
import type { RefusedBearer } from './bearer.ts'

const context = 'https://graph.microsoft.com/v1.0/$metadata#'

/** Microsoft Graph: the organization, the signed-in person, and the partner's GDAP relationships. */
export const graphApi = (directory: Directory): Api => ({
  audience: microsoftGraph,
  endpoints: [
    { path: /^\/v1\.0\/organization$/, answer: (call) => organization(directory, call) },
    { path: /^\/v1\.0\/me$/, answer: (call) => me(directory, call) },
    {
      path: /^\/v1\.0\/tenantrelationships\/delegatedadminrelationships$/,
      answer: (call) => delegatedAdminRelationships(directory, call),
    },
  ],
  unauthenticated,
  unknown: (path) => graphError(404, 'ResourceNotFound', `Resource not found for ${path}.`),
})

const graphError = (status: number, code: string, message: string): LocalAnswer => {
  const innerError = { date: new Date().toISOString(), 'request-id': randomUUID() }
  return { status, body: { error: { code, message, innerError } } }
}

const unauthenticated = ({ detail }: RefusedBearer): LocalAnswer => ({
  ...graphError(401, 'InvalidAuthenticationToken', `Access token validation failure: ${detail}.`),
  headers: {
    'www-authenticate':
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
  },
})

const organization = (directory: Directory, { claims: { tid } }: ApiCall): LocalAnswer => {
  const value = [{ id: tid, displayName: tenantName(directory, tid), tenantType: 'AAD' }]
  return { status: 200, body: { '@odata.context': `${context}organization`, value } }
}

const me = (directory: Directory, { claims }: ApiCall): LocalAnswer => {
  if (claims.scp === undefined) {
    const message = '/me request is only valid with delegated authentication flow.'
    return graphError(400, 'BadRequest', message)
  }
  const account = accountOf(directory, claims)
  if (!account) return graphError(404, 'Request_ResourceNotFound', 'The person does not exist.')
  const { objectId: id, person } = account
  const body = { id, displayName: person.name, userPrincipalName: person.username }
  return { status: 200, body: { '@odata.context': `${context}users/$entity`, ...body } }
}

const delegatedAdminRelationships = (
  directory: Directory,
  { claims: { tid } }: ApiCall,
): LocalAnswer => {
  const value = directory.customers
    .filter(({ partner }) => partner === tid)
    .map(({ tenant, name }) => ({
      id: stableGuid(tid, tenant),
      displayName: `Administration of ${name}`,
      status: 'active',
      customer: { tenantId: tenant, displayName: name },
    }))
  const type = 'tenantRelationships/delegatedAdminRelationships'
  return { status: 200, body: { '@odata.context': `${context}${type}`, value } }
}
