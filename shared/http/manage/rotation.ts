import type { HttpRequest } from '@azure/functions'
import { partnerHealth } from '../../broker/partner-health.ts'
import type { Tended } from '../../broker/rotation/tend-grant.ts'
import { json } from './desk.ts'
import { changing, type ManagementDesk } from './managed.ts'
import { partnerNotFound, partnerOf, type PartnerDesk } from './partners.ts'
import { partnerView } from './partner-view.ts'

export type RotationDesk = ManagementDesk & { start: () => Promise<void> }

/** `POST /manage/rotation`: what the timer does, for an outside scheduler. */
export const startRotation = (desk: RotationDesk, request: HttpRequest) =>
  changing(desk, request, {
    action: 'POST /manage/rotation',
    run: async (visit) => {
      const startedAt = new Date(desk.now()).toISOString()
      await desk.start()
      return json(visit, 202, { startedAt })
    },
  })

export type RotateDesk = Omit<PartnerDesk, 'recentUse'> & {
  rotate: (partner: string, correlationId: string) => Promise<Tended>
}

/** `POST /manage/partners/{partner}/rotate`: now, whether or not it is due. */
export const rotatePartner = (desk: RotateDesk, request: HttpRequest) =>
  changing(desk, request, {
    action: 'POST /manage/partners/{partner}/rotate',
    about: { target: (request.params['partner'] ?? '').slice(0, 100) },
    run: async (visit, note) => {
      const partner = partnerOf(request)
      note({ partner, target: partner })
      const tended = await desk.rotate(partner, visit.correlation.correlationId)
      if ('error' in tended) throw tended.error
      const grant = (await desk.grants.read(partner))?.value
      const revocation = (await desk.revocations.read(partner))?.value
      const health = partnerHealth(partner, { grant, revocation }, desk.now())
      if (!health) return partnerNotFound(visit)
      return json(visit, 200, { outcome: tended.outcome, grant: partnerView(health) })
    },
  })
