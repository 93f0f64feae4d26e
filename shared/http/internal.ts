import type { HttpRequest } from '@azure/functions'
import type { Relay } from '../broker/relay.ts'
import { verbs } from './internal/verbs.ts'
import { json, requireAnyRole, visited, type Desk } from './manage/desk.ts'
import { problem } from './problem.ts'

export type RelayDesk = Desk & { relay: Relay }

/** `POST /internal/{verb}`, for the onboarding app's own identity only. */
export const answerRelay = (desk: RelayDesk, request: HttpRequest) =>
  visited(desk, request, async (visit) => {
    requireAnyRole(visit.operator, ['Consent.Relay'])
    const verb = verbs.get(request.params['verb'] ?? '')
    if (verb) return json(visit, 200, await verb(desk.relay, request))
    const detail = 'there is no such verb'
    return problem({ status: 404, code: 'not_found', detail }, visit.correlation)
  })
