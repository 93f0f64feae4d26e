import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { Failure } from '../failure.ts'
import { printable } from '../text.ts'

/** What is asked of Graph; `to` says it in words, for a refusal. */
export type GraphRequest = {
  method: 'GET' | 'POST' | 'PATCH'
  /** Below `/v1.0`, or a next page's whole address. */
  path: string
  to: string
  body?: object
  /** It names something that was made a moment ago, which not every copy of the directory knows yet. */
  isFresh?: boolean
}

/** Microsoft Graph as whoever signed in. A refusal is a `Failure` in plain words. */
export type Graph = {
  /** A GET; `undefined` for what is not there. */
  find: (path: string, to: string) => Promise<unknown>
  /** Every item of a paged list. */
  list: (path: string, to: string) => Promise<unknown[]>
  write: (request: GraphRequest) => Promise<unknown>
}

type Door = { address: string; token: string }
type Answer = { status: number; waitMs: number | undefined; body: unknown }

const timeoutMs = 60_000
const tries = 7
const firstWaitMs = 500

const pageSchema = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().optional(),
})

export const openGraph = (door: Door): Graph => {
  const read = (path: string, to: string) => patiently(door, { method: 'GET', path, to })
  return {
    find: async (path, to) => {
      const answer = await read(path, to)
      return answer.status === 404 ? undefined : accepted(answer, to)
    },
    list: async (path, to) => {
      const items: unknown[] = []
      let next: string | undefined = path
      while (next !== undefined) {
        const page = pageOf(accepted(await read(next, to), to))
        items.push(...page.value)
        next = page['@odata.nextLink']
      }
      return items
    },
    write: async (request) => accepted(await patiently(door, request), request.to),
  }
}

const pageOf = (body: unknown): z.output<typeof pageSchema> => {
  const page = pageSchema.safeParse(body)
  if (page.success) return page.data
  throw new Failure('The answer is no list: is that address Microsoft Graph?')
}

// Graph throttles, and its copies agree only after a while.
const patiently = async (door: Door, request: GraphRequest): Promise<Answer> => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(door, request)
    if (attempt === tries || !isWorthWaiting(answer, request)) return answer
    await wait(answer.waitMs ?? firstWaitMs * 2 ** (attempt - 1))
  }
}

const isWorthWaiting = ({ status }: Answer, { method, isFresh }: GraphRequest): boolean => {
  if (status === 429 || (status === 503 && method === 'GET')) return true
  return isFresh === true && (status === 400 || status === 404)
}

const ask = async (door: Door, { method, path, body }: GraphRequest): Promise<Answer> => {
  const { token } = door
  const url = addressOf(door.address, path)
  try {
    const answer = await fetch(url, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
    return {
      status: answer.status,
      waitMs: Number.isNaN(seconds) ? undefined : Math.min(seconds * 1000, timeoutMs),
      body: parsed(await answer.text()),
    }
  } catch {
    throw new Failure(`No answer from ${door.address}. Is that Microsoft Graph?`)
  }
}

// The token follows the link: it must stay with Graph.
const addressOf = (address: string, path: string): string => {
  if (path.startsWith('/')) return `${address}/v1.0${path}`
  if (path.startsWith(`${address}/`)) return path
  throw new Failure('The next page is said to be elsewhere: nothing is asked there.')
}

const parsed = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

const accepted = ({ status, body }: Answer, to: string): unknown => {
  if (status >= 200 && status < 300) return body
  const said = errorSchema.safeParse(body).data?.error
  const quoted = said ? printable(`${said.code}: ${said.message}`) : 'without saying why'
  throw new Failure(`Microsoft Graph refuses to ${to} (${status}, ${quoted}).\n${remedyOf(status)}`)
}

const remedyOf = (status: number): string => {
  if (status === 401) return 'Do: sign in again (az login --tenant <your tenant>).'
  if (status === 403) {
    return [
      'Who signed in may not do that. It takes the Entra role Cloud Application Administrator or',
      'Application Administrator. Do: have it given (by PIM for the hour), or hand this command to who',
      'holds it, with what it prints under --what-if. What was done before stays; running it again',
      'goes on from there.',
    ].join('\n')
  }
  return 'What was done before stays; running it again goes on from there.'
}
