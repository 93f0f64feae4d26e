import { createHash } from 'node:crypto'
import type { LocalAnswer, LocalRequest } from './part.ts'

export type RecordedRequest = {
  time: string
  method: string
  path: string
  query: Record<string, string>
  /** Form fields; the secret ones as `sha256:…`. */
  form: Record<string, string>
  status: number
  [fact: string]: unknown
}

const secretFields = new Set(
  [
    'client_secret client_assertion refresh_token code code_verifier assertion',
    'access_token id_token password state nonce code_challenge',
  ].flatMap((names) => names.split(' ')),
)
const keptRequests = 20_000

/** What a local part was asked: `GET /_local/requests`, newest last; `DELETE` forgets it. */
export const createRecorder = () => {
  const records: RecordedRequest[] = []
  return {
    list: () => [...records],
    add: (request: LocalRequest, facts: Record<string, string>): RecordedRequest => {
      if (records.length >= keptRequests) records.shift()
      const record = recordOf(request, facts)
      records.push(record)
      return record
    },
    control: (request: LocalRequest): LocalAnswer | undefined => {
      if (request.url.pathname !== '/_local/requests') return undefined
      if (request.method === 'DELETE') return (records.splice(0), { status: 204 })
      return { status: 200, body: records }
    },
  }
}

const recordOf = (request: LocalRequest, facts: Record<string, string>): RecordedRequest => ({
  ...facts,
  time: new Date().toISOString(),
  method: request.method,
  path: request.url.pathname,
  query: hashed(request.url.searchParams),
  form: hashed(request.form),
  status: 0,
})

const hashed = (fields: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    [...fields].map(([name, value]) => [name, secretFields.has(name) ? sha256(value) : value]),
  )

const sha256 = (value: string) => `sha256:${createHash('sha256').update(value).digest('hex')}`
