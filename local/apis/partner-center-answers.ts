import { randomUUID } from 'node:crypto'
import type { LocalAnswer, LocalRequest } from '../kit/part.ts'
import type { RefusedBearer } from './bearer.ts'

/** An error in Partner Center's body shape. */
export const partnerCenterError = (
  status: number,
  code: string,
  description: string,
): LocalAnswer => ({ status, body: { code, description, data: [], source: 'PartnerAPI' } })

/** 401 of Partner Center; 900420 is its code for a token of another audience. */
export const unauthenticated = ({ refused, detail }: RefusedBearer): LocalAnswer => ({
  ...partnerCenterError(401, refused === 'audience' ? '900420' : '401', detail),
  headers: {
    'www-authenticate': refused === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"',
  },
})

const correlationHeaders = ['ms-correlationid', 'ms-requestid']

/** Echoes the caller's correlation and request ids, or makes them. */
export const correlated = (answer: LocalAnswer, { headers }: LocalRequest): LocalAnswer => {
  const ids = correlationHeaders.map((name) => [name, String(headers[name] ?? randomUUID())])
  return { ...answer, headers: { ...answer.headers, ...Object.fromEntries(ids) } }
}
