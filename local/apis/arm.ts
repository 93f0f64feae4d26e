import { azureResourceManager } from '../../shared/broker/audience.ts'
import type { Directory } from '../directory.ts'
import { stableGuid, tenantName } from '../entra/accounts.ts'
import type { LocalAnswer } from '../kit/part.ts'
import type { Api, ApiCall } from './api.ts'
import type { RefusedBearer } from './bearer.ts'

/** Azure Resource Manager: one subscription in every tenant, and the token's tenant. */
export const armApi = (directory: Directory): Api => ({
  audience: azureResourceManager,
  endpoints: [
    { path: /^\/subscriptions$/, answer: versioned((call) => subscriptions(directory, call)) },
    { path: /^\/tenants$/, answer: versioned((call) => tenants(directory, call)) },
  ],
  unauthenticated,
  unknown: (path) => armError(404, 'NotFound', `The resource ${path} was not found.`),
})

const armError = (status: number, code: string, message: string): LocalAnswer => ({
  status,
  body: { error: { code, message } },
})

const unauthenticated = ({ refused, detail }: RefusedBearer): LocalAnswer => {
  const code = refused === 'missing' ? 'AuthenticationFailed' : 'InvalidAuthenticationToken'
  const authority = 'authorization_uri="https://login.windows.net/"'
  return {
    ...armError(401, code, `Authentication failed: ${detail}.`),
    headers: {
      'www-authenticate': `Bearer ${authority}, error="invalid_token", error_description="${detail.replaceAll('"', "'")}"`,
    },
  }
}

const versioned =
  (answer: (call: ApiCall) => LocalAnswer) =>
  (call: ApiCall): LocalAnswer =>
    call.request.url.searchParams.has('api-version')
      ? answer(call)
      : armError(
          400,
          'MissingApiVersionParameter',
          'The api-version query parameter (?api-version=) is required for all requests.',
        )

const subscriptions = (directory: Directory, { claims: { tid } }: ApiCall): LocalAnswer => {
  const subscriptionId = stableGuid(tid, 'subscription')
  const subscription = {
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId: tid,
    displayName: `Subscription of ${tenantName(directory, tid)}`,
    state: 'Enabled',
  }
  return { status: 200, body: { value: [subscription], count: { type: 'Total', value: 1 } } }
}

const tenants = (directory: Directory, { claims: { tid } }: ApiCall): LocalAnswer => ({
  status: 200,
  body: {
    value: [{ id: `/tenants/${tid}`, tenantId: tid, displayName: tenantName(directory, tid) }],
  },
})
