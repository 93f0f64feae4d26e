import type { HttpRequest } from '@azure/functions'
import * as z from 'zod'
import { operatorName } from '../../broker/operator.ts'
import type { Revoked, RevokeRequest } from '../../broker/revoke.ts'
import type { TokensAlive } from '../../broker/tokens-alive.ts'
import { readJson } from '../json-body.ts'
import { json } from './desk.ts'
import { line } from './fields.ts'
import { changing, type ManagementDesk } from './managed.ts'
import { partnerOf } from './partners.ts'
import { revokedView } from './revoked-view.ts'

export type RevokeDesk = ManagementDesk & {
  revoke: (request: RevokeRequest) => Promise<Revoked>
  tokensAlive: (partner: string) => Promise<TokensAlive>
}

const body = z.strictObject({ reason: line(500) })

/** `POST /manage/partners/{partner}/revoke`: for good; only a new invitation onboards again. */
export const revokePartner = (desk: RevokeDesk, request: HttpRequest) =>
  changing(desk, request, {
    action: 'POST /manage/partners/{partner}/revoke',
    about: { target: (request.params['partner'] ?? '').slice(0, 100) },
    run: async (visit, note) => {
      const partner = partnerOf(request)
      note({ partner, target: partner })
      const { reason } = await readJson(request, body)
      const by = operatorName(visit.operator)
      const revoked = await desk.revoke({ partner, reason, by, revokedBy: 'operator' })
      const alive = await desk.tokensAlive(partner)
      return json(visit, 200, { partner, ...revokedView(revoked, alive) })
    },
  })
