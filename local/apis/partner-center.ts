import { partnerCenter } from '../../shared/broker/audience.ts'
import type { Directory } from '../directory.ts'
import { tenantName } from '../entra/accounts.ts'
import type { LocalAnswer } from '../kit/part.ts'
import { accountOf } from './account.ts'
import type { Api, ApiCall } from './api.ts'
import { createMfaSwitch, type MfaSwitch } from './mfa-switch.ts'
import { correlated, partnerCenterError, unauthenticated } from './partner-center-answers.ts'

type Endpoint = (call: ApiCall) => LocalAnswer

/** Partner Center: who may see the partner's customers, and whether the token proves MFA. */
export const partnerCenterApi = (directory: Directory): Api => {
  const mfa = createMfaSwitch()
  const guarded = (answer: Endpoint) => withMfa(mfa.state, forPeople(answer))
  return {
    audience: partnerCenter,
    endpoints: [
      { path: /^\/v1\/customers$/, answer: guarded(customers(directory)) },
      { path: /^\/v1\/profiles\/([a-z]+)$/, answer: guarded(profile(directory)) },
    ],
    unauthenticated,
    unknown: (path) => partnerCenterError(404, '404', `there is no resource ${path}`),
    control: mfa.control,
    finish: correlated,
  }
}

const withMfa =
  (state: MfaSwitch['state'], answer: Endpoint): Endpoint =>
  (call) => {
    const { enforce, silent } = state
    const isCompliant = call.claims.amr.includes('mfa')
    const isAsked = String(call.request.headers.validatemfa).toLowerCase() === 'true'
    const given =
      enforce && !isCompliant
        ? partnerCenterError(401, '900421', 'MFA is required, and the token has no MFA claim')
        : answer(call)
    if (!isAsked || silent) return given
    return { ...given, headers: { ...given.headers, isMfaCompliant: String(isCompliant) } }
  }

const forPeople =
  (answer: Endpoint): Endpoint =>
  (call) =>
    call.claims.scp === undefined
      ? partnerCenterError(403, '900329', 'this API does not support app-only authentication')
      : answer(call)

const insufficientPrivileges = () =>
  partnerCenterError(403, '900308', 'insufficient privileges to carry out this operation')

const customers =
  (directory: Directory): Endpoint =>
  ({ request, claims }) => {
    const account = accountOf(directory, claims)
    if (account?.kind !== 'member' || !account.person.agent) return insufficientPrivileges()
    const all = directory.customers.filter(({ partner }) => partner === claims.tid)
    const size = Number(request.url.searchParams.get('size')) || all.length
    const items = all.slice(0, size).map(({ tenant, name }) => ({
      id: tenant,
      companyProfile: { tenantId: tenant, companyName: name },
      relationshipToPartner: 'reseller',
      attributes: { objectType: 'Customer' },
    }))
    const attributes = { objectType: 'SeekBasedResourceCollection' }
    return { status: 200, body: { totalCount: items.length, items, attributes } }
  }

const profile =
  (directory: Directory): Endpoint =>
  ({ claims, parameter }) => {
    const account = accountOf(directory, claims)
    if (!account || account.kind === 'delegated') return insufficientPrivileges()
    const companyName = tenantName(directory, claims.tid)
    const attributes = { objectType: `${parameter}Profile` }
    return { status: 200, body: { id: claims.tid, companyName, attributes } }
  }
