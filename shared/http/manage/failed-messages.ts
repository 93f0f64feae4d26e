import type { HttpRequest } from '@azure/functions'
import type { FailedMessage } from '../../broker/events/failed-message.ts'
import type { Rows, Stored } from '../../broker/rows.ts'
import type { Answer } from '../correlation.ts'
import { problem } from '../problem.ts'
import { json, type Visit } from './desk.ts'
import { failedView } from './failed-view.ts'
import { changing, reading, type ManagementDesk } from './managed.ts'
import { listAnswer, pageOf } from './paging.ts'

export type FailedDesk = ManagementDesk & {
  failed: Pick<Rows<FailedMessage>, 'list'>
  replay: (id: string) => Promise<FailedMessage | 'absent' | 'unreadable'>
}

/** `GET /manage/events/failed`: events that were not delivered, and other messages that failed. */
export const listFailed = (desk: FailedDesk, request: HttpRequest) =>
  reading(desk, request, async (visit) => {
    const { brokerUrl, failed } = desk
    const page = await failed.list(pageOf(request))
    return json(visit, 200, listAnswer(request, { brokerUrl, page }, storedView))
  })

const storedView = ({ value }: Stored<FailedMessage>) => failedView(value)

/** `POST /manage/events/failed/{id}/replay`: back into its queue, from the first attempt on. */
export const replayFailed = (desk: FailedDesk, request: HttpRequest) => {
  const id = (request.params['id'] ?? '').slice(0, 100)
  return changing(desk, request, {
    action: 'POST /manage/events/failed/{id}/replay',
    about: { target: id },
    run: async (visit, note) => {
      const replayed = await desk.replay(id)
      if (replayed === 'absent') return absent(visit)
      if (replayed === 'unreadable') return unreadable(visit)
      const view = failedView(replayed)
      if (view.partner !== undefined) note({ partner: view.partner })
      return json(visit, 202, view)
    },
  })
}

const absent = ({ correlation }: Visit): Answer => {
  const detail = 'there is no such failed message; it may have been replayed already'
  return problem({ status: 404, code: 'not_found', detail }, correlation)
}

const unreadable = ({ correlation }: Visit): Answer => {
  const detail = 'this message is no JSON object: it could never be read and would only fail again'
  return problem({ status: 409, code: 'conflict', detail }, correlation)
}
