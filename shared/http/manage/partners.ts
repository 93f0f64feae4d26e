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
import type { RecentUse } from '../../broker/recent-use.ts'
import type { Revocation } from '../../broker/revocation.ts'
import type { Page, Rows } from '../../broker/rows.ts'
import { parseGuid } from '../../broker/tenant-id.ts'
import type { Answer } from '../correlation.ts'
import { problem } from '../problem.ts'
import { json, type Visit } from './desk.ts'
import { reading, type ManagementDesk } from './managed.ts'
import { listAnswer, pageOf } from './paging.ts'
import { partnerView, recentView } from './partner-view.ts'

export type PartnerDesk = ManagementDesk & {
  grants: Pick<Rows<Grant>, 'read' | 'list'>
  revocations: Pick<Rows<Revocation>, 'read'>
  policy: Pick<PolicyRows, 'readAll'>
  recentUse: (partner: string) => Promise<RecentUse>
}

/** `GET /manage/partners`: each partner that ever consented; `?status=` picks. */
export const listPartners = (desk: PartnerDesk, request: HttpRequest) =>
  reading(desk, request, async (visit) => {
    const page = await pageOfPartners(desk, pageOf(request), statusOf(request))
    const { brokerUrl } = desk
    return json(visit, 200, listAnswer(request, { brokerUrl, page }, partnerView))
  })

/** `GET /manage/partners/{partner}` */
export const getPartner = (desk: PartnerDesk, request: HttpRequest) =>
  reading(desk, request, async (visit) => {
    const partner = partnerOf(request)
    const [grant, revocation, recent] = await Promise.all([
      desk.grants.read(partner),
      desk.revocations.read(partner),
      desk.recentUse(partner),
    ])
    const facts = { grant: grant?.value, revocation: revocation?.value }
    const health = partnerHealth(partner, facts, desk.now())
    return health
      ? json(visit, 200, { ...partnerView(health), ...recentView(recent) })
      : partnerNotFound(visit)
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
  let page = await grants.list(options)
  for (let left = pagesRead; ; left--) {
    const items = page.items
      .map(({ value: grant }) => {
        const revocation = revocations.get(grant.partner)
        return partnerHealth(grant.partner, { grant, revocation }, now())
      })
      .filter((one) => one !== undefined)
      .filter((one) => status === undefined || one.status === status)
    const { next } = page
    if (items.length > 0 || next === undefined || left === 0) return { ...page, items }
    // Each page begins where the one before ended.
    // oxlint-disable-next-line no-await-in-loop
    page = await grants.list({ ...options, after: next })
  }
}

const statusOf = ({ query }: HttpRequest): PartnerStatus | undefined => {
  const text = query.get('status')
  const status = partnerStatuses.find((one) => one === text)
  if (text === null || status !== undefined) return status
  const field = 'status'
  const message = `status must be one of: ${partnerStatuses.join(', ')}`
  throw new BrokerError('request_malformed', message, { field })
}
