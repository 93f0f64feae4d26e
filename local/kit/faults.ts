import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import type { LocalAnswer, LocalRequest } from './part.ts'

/**
 * A fault injected into a local part. Every name in `match` must fit: `path` is a part of the path
 * (case-insensitive), `method` the method, any other name a form field, a query parameter or a fact
 * of that part (such as `tenant`).
 */
const faultSchema = z.object({
  match: z.record(z.string(), z.string()).default({}),
  /** Answer to give; without it the request is only delayed. */
  status: z.int().optional(),
  body: z.union([z.string(), z.looseObject({})]).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  delayMs: z.number().optional(),
  /** How many requests it hits; without it all, until the faults are cleared. */
  times: z.int().optional(),
  /** True: the request is carried out first, and only its answer is lost. */
  after: z.boolean().optional(),
  /** True: the connection is closed without an answer. */
  drop: z.boolean().optional(),
})

export type Fault = z.infer<typeof faultSchema>

type Outcome = LocalAnswer | 'drop'
type Subject = { request: LocalRequest; facts: Record<string, string> }

/** The faults of one local part: `POST` and `DELETE /_local/faults`, and their application. */
export const createFaults = () => {
  const faults: Fault[] = []
  const take = (subject: Subject): Fault | undefined => {
    const fault = faults.find((one) => one.times !== 0 && fits(one, subject))
    if (fault?.times !== undefined) fault.times--
    return fault
  }
  return {
    add: (fault: Fault) => void faults.push({ ...fault }),
    clear: () => void faults.splice(0),
    control: (request: LocalRequest): LocalAnswer | undefined => {
      if (request.url.pathname !== '/_local/faults') return undefined
      if (request.method === 'DELETE') return (faults.splice(0), { status: 204 })
      if (request.method !== 'POST') return { status: 200, body: faults }
      const fault = faultSchema.safeParse(parseJson(request.body))
      if (!fault.success) return { status: 400, body: z.prettifyError(fault.error) }
      faults.push(fault.data)
      return { status: 204 }
    },
    apply: async (subject: Subject, proceed: () => Promise<LocalAnswer>): Promise<Outcome> => {
      const fault = take(subject)
      if (!fault) return proceed()
      const done = fault.after ? await proceed() : undefined
      if (fault.delayMs) await delay(fault.delayMs)
      if (fault.drop) return 'drop'
      if (fault.status === undefined) return done ?? proceed()
      return answerOf({ ...fault, status: fault.status })
    },
  }
}

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

const answerOf = (fault: Fault & { status: number }): LocalAnswer => ({
  status: fault.status,
  ...(fault.headers && { headers: fault.headers }),
  ...(fault.body !== undefined && { body: fault.body }),
})

const fits = ({ match }: Fault, { request, facts }: Subject): boolean =>
  Object.entries(match).every(([name, wanted]) => {
    if (name === 'path') return request.url.pathname.toLowerCase().includes(wanted.toLowerCase())
    if (name === 'method') return request.method === wanted.toUpperCase()
    const actual = facts[name] ?? request.form.get(name) ?? request.url.searchParams.get(name)
    return actual?.toLowerCase() === wanted.toLowerCase()
  })
