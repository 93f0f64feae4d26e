import type { HttpRequest } from '@azure/functions'
import * as z from 'zod'
import type { Relay } from '../broker/relay.ts'
import { readJson } from './json-body.ts'
import { json, requireAnyRole, visited, type Desk, type Visit } from './manage/desk.ts'
import { problem } from './problem.ts'

export type RelayDesk = Desk & { relay: Relay }

const secret = z.string().min(1).max(200)

const invitation = z.strictObject({ link: secret })

const callback = z.strictObject({
  state: secret,
  browser: secret.optional(),
  /** What the page shows, so that the logs of both apps can be read together. */
  correlationId: z.guid(),
  answer: z.strictObject({
    code: z.string().min(1).max(8192).optional(),
    error: z.string().min(1).max(100).optional(),
    errorCodes: z.array(z.int()).max(10),
  }),
})

/** `POST /internal/{verb}`, for the onboarding app's own identity only. */
export const answerRelay = (desk: RelayDesk, request: HttpRequest) =>
  visited(desk, request, async (visit) => {
    requireAnyRole(visit.operator, ['Consent.Relay'])
    const verb = verbs.get(request.params['verb'] ?? '')
    if (verb) return json(visit, 200, await verb(desk.relay, visit))
    const detail = 'there is no such verb'
    return problem({ status: 404, code: 'not_found', detail }, visit.correlation)
  })

type Verb = (relay: Relay, visit: Visit) => Promise<unknown>

// A map: an object would also answer to the names that every object has.
const verbs = new Map<string, Verb>(
  Object.entries({
    invitation: async (relay, { request }) => relay.invitation(await readJson(request, invitation)),
    'sign-in': async (relay, { request }) => relay.signIn(await readJson(request, invitation)),
    callback: async (relay, { request }) => {
      const { browser, state, correlationId, answer } = await readJson(request, callback)
      const { code, error, errorCodes } = answer
      return relay.callback({
        state,
        answer: {
          errorCodes,
          ...(code !== undefined && { code }),
          ...(error !== undefined && { error }),
        },
        correlationId,
        ...(browser !== undefined && { browser }),
      })
    },
  } satisfies Record<string, Verb>),
)
