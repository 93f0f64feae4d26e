import { startPart } from '../kit/part.ts'
import type { LocalAnswer, LocalPart, LocalRequest } from '../kit/part.ts'
import { authenticate, statedClaims } from './bearer.ts'
import type { Claims, RefusedBearer, VerifyBearer } from './bearer.ts'

export type ApiCall = { request: LocalRequest; claims: Claims; parameter: string }

/** One local API: what it answers, and how it spells a refusal. */
export type Api = {
  audience: string
  /** By path, in lower case; the one parenthesised group is the call's `parameter`. */
  endpoints: { path: RegExp; answer: (call: ApiCall) => LocalAnswer }[]
  unauthenticated: (bearer: RefusedBearer) => LocalAnswer
  unknown: (path: string) => LocalAnswer
  /** What the API itself is switched by; needs no token. */
  control?: (request: LocalRequest) => LocalAnswer | undefined
  /** Sees every answer on its way out. */
  finish?: (answer: LocalAnswer, request: LocalRequest) => LocalAnswer
}

export type ApiServer = {
  tls: { cert: string; key: string }
  port: number
  verifyBearer: VerifyBearer
}

/** Starts one API on loopback; only a token of its own audience is let in. */
export const startApi = (api: Api, { tls, port, verifyBearer }: ApiServer): Promise<LocalPart> =>
  startPart({
    host: 'localhost',
    port,
    tls,
    answer: async (request) => {
      const control = api.control?.(request)
      if (control) return control
      const answer = await answerOf(api, request, verifyBearer)
      return api.finish?.(answer, request) ?? answer
    },
    facts: (request) => {
      const stated = statedClaims(request)
      return stated ? { tenant: stated.tid, audience: stated.aud } : {}
    },
  })

const answerOf = async (
  api: Api,
  request: LocalRequest,
  verifyBearer: VerifyBearer,
): Promise<LocalAnswer> => {
  const bearer = await authenticate(request, { audience: api.audience, verifyBearer })
  if ('refused' in bearer) return api.unauthenticated(bearer)
  const path = request.url.pathname.toLowerCase().replace(/(.)\/$/, '$1')
  const endpoint = request.method === 'GET' && api.endpoints.find((one) => one.path.test(path))
  if (!endpoint) return api.unknown(path)
  const parameter = endpoint.path.exec(path)?.[1] ?? ''
  return endpoint.answer({ request, claims: bearer.claims, parameter })
}
