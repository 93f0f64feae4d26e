import type { HttpRequest } from '@azure/functions'
import { BrokerError } from '../../broker/broker-error.ts'
import type { Grant } from '../../broker/grant.ts'
import {
  partnerHealth,
  partnerStatuses,
  type PartnerHealth,
  type PartnerStatus,
} from '../../broker/partner-health.ts'
import { compilePolicy, type PolicyRows } from '../../broker/policy.ts'
import type { PartnerCensus } from '../../broker/report/partner-census.ts'
import type { LastUse } from '../../broker/usage/last-use.ts'
import type { Revocation } from '../../broker/revocation.ts'
import { allPages, type Page, type Rows } from '../../broker/rows.ts'
import { parseGuid } from '../../broker/tenant-id.ts'
import type { Answer } from '../correlation.ts'
import { problem } from '../problem.ts'
import { json, type Visit } from './desk.ts'
import { reading, type ManagementDesk } from './managed.ts'
import { listAnswer, pageOf } from './paging.ts'
import { censusView, partnerView, recentView } from './partner-view.ts'

export type PartnerDesk = ManagementDesk & {
  grants: Pick<Rows<Grant>, 'read' | 'list'>
  revocations: Pick<Rows<Revocation>, 'read'>
  policy: Pick<PolicyRows, 'readAll'>
  lastUse: (partner: string) => Promise<LastUse>
  census: () => Promise<PartnerCensus>
}

/** `GET /manage/partners`: each partner that ever consented; `?status=` picks, `?counts=true` counts all. */
export const listPartners = (desk: PartnerDesk, request: HttpRequest) =>
  reading(desk, request, async (visit) => {
    const [wanted, isCounting] = [statusOf(request), isCountingAsked(request)]
    const page = await pageOfPartners(desk, pageOf(request), wanted)
    const { brokerUrl } = desk
    // Further pages need not count again.
    const query = isCounting ? { counts: 'false' } : {}
    return json(visit, 200, {
      ...listAnswer(request, { brokerUrl, page, query }, partnerView),
      ...(isCounting && { counts: censusView(await desk.census()) }),
    })
  })

/** `GET /manage/partners/{partner}` */
export const getPartner = (desk: PartnerDesk, request: HttpRequest) =>
  reading(desk, request, async (visit) => {
    const partner = partnerOf(request)
    const [grant, revocation, use] = await Promise.all([
      desk.grants.read(partner),
      desk.revocations.read(partner),
      desk.lastUse(partner),
    ])
    const facts = { grant: grant?.value, revocation: revocation?.value }
    const health = partnerHealth(partner, facts, desk.now())
    return health
      ? json(visit, 200, { ...partnerView(health), ...useView(use) })
      : partnerNotFound(visit)
  })

// What could not be read is left out, never shown as if there were none.
const useView = ({ record, recent, lastUsedAt }: LastUse) => ({
  ...(recent && recentView(recent)),
  ...(lastUsedAt !== undefined && { lastUsedAt: new Date(lastUsedAt).toISOString() }),
  recentRecord: record,
})

/** The tenant id in the path; throws `request_malformed`. */
export const partnerOf = ({ params }: HttpRequest): string => {
  const partner = parseGuid(params['partner'] ?? '')
  if (partner !== undefined) return partner
  const field = 'partner'
  throw new BrokerError('request_malformed', 'partner must be a tenant id (GUID)', { field })
}

export const partnerNotFound = ({ correlation }: Visit): Answer =>
  problem({ status: 404, code: 'not_found', detail: 'there is no such partner' }, correlation)

// A filter may leave nothing of a page: so many pages are read before that is the answer.
const pagesRead = 20

const pageOfPartners = async (
  { grants, policy, now }: PartnerDesk,
  options: { after?: string; size: number },
  status: PartnerStatus | undefined,
): Promise<Page<PartnerHealth>> => {
  const { revocations } = compilePolicy(await policy.readAll())
  const healthOf = (grant: Grant) =>
    partnerHealth(grant.partner, { grant, revocation: revocations.get(grant.partner) }, now())
  let left = pagesRead
  let next = options.after
  for await (const page of allPages((from) => grants.list({ ...options, ...from }))) {
    const items = page.items
      .map(({ value }) => healthOf(value))
      .filter((one) => one !== undefined)
      .filter((one) => status === undefined || one.status === status)
    if (items.length > 0 || page.next === undefined) return { ...page, items }
    next = page.next
    if (left-- === 0) break
  }
  return { items: [], ...(next !== undefined && { next }) }
}

const isCountingAsked = ({ query }: HttpRequest): boolean => {
  const text = query.get('counts')
  if (text === null || text === 'true' || text === 'false') return text === 'true'
  const field = 'counts'
  throw new BrokerError('request_malformed', 'counts must be true or false', { field })
}

const statusOf = ({ query }: HttpRequest): PartnerStatus | undefined => {
  const text = query.get('status')
  const status = partnerStatuses.find((one) => one === text)
  if (text === null || status !== undefined) return status
  const field = 'status'
  const message = `status must be one of: ${partnerStatuses.join(', ')}`
  throw new BrokerError('request_malformed', message, { field })
}
