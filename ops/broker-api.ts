import * as z from 'zod'
import { Failure } from './failure.ts'
import { rolesIn, whoIs } from './who.ts'
import { problemCode, problemText } from './problem-text.ts'

export type ApiRequest = {
  method?: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Below the broker's address, with its query. */
  path: string
  body?: unknown
  headers?: Record<string, string>
}

export type ApiAnswer = {
  status: number
  etag: string | undefined
  /** The claims a person's next token must satisfy, in base64; from `WWW-Authenticate`. */
  claims: string | undefined
  body: unknown
}

export type Listed = { value: object[]; more: boolean }

/** The broker's management API, as whoever signed in. A refusal is a `Failure`. */
export type BrokerApi = {
  /** As `whoIs` says it. */
  who: string
  roles: string[]
  send: (request: ApiRequest) => Promise<ApiAnswer>
  /** A GET; `undefined` for what is not there. */
  find: (path: string) => Promise<ApiAnswer | undefined>
  /** Every item of a paged list, up to so many. */
  list: (path: string, most?: number) => Promise<Listed>
}

const timeoutMs = 60_000
const mostItems = 10_000

const pageSchema = z.object({
  value: z.array(z.looseObject({})),
  nextLink: z.string().optional(),
})

export const brokerApi = (address: string, token: string): BrokerApi => {
  const ask = (request: ApiRequest) => answerOf({ address, token, request })
  const send = async (request: ApiRequest) => accepted(await ask(request))
  return {
    who: whoIs(token),
    roles: rolesIn(token),
    send,
    find: async (path) => {
      const answer = await ask({ path })
      // A 404 of another kind is no broker, or one without that route.
      const isAbsent = answer.status === 404 && problemCode(answer.body) === 'not_found'
      return isAbsent ? undefined : accepted(answer)
    },
    list: async (path, most = mostItems) => {
      const value: object[] = []
      let next: string | undefined = path
      while (next !== undefined && value.length < most) {
        const page = pageOf((await send({ path: next })).body)
        value.push(...page.value)
        next = page.nextLink === undefined ? undefined : pathOf(address, page.nextLink)
      }
      return { value: value.slice(0, most), more: next !== undefined || value.length > most }
    },
  }
}

const accepted = (answer: ApiAnswer): ApiAnswer => {
  if (answer.status >= 200 && answer.status < 300) return answer
  throw new Failure(problemText(answer))
}

const pageOf = (body: unknown) => {
  const page = pageSchema.safeParse(body)
  if (page.success) return page.data
  throw new Failure('The answer is no list: is that address the broker?')
}

// The token follows the link: it must stay with the broker.
const pathOf = (address: string, link: string): string => {
  if (link.startsWith(`${address}/`)) return link.slice(address.length)
  throw new Failure('The next page is said to be elsewhere: give the public address as --broker.')
}

type Outgoing = { address: string; token: string; request: ApiRequest }

const answerOf = async ({ address, token, request }: Outgoing): Promise<ApiAnswer> => {
  const { method = 'GET', path, body, headers } = request
  try {
    const answer = await fetch(`${address}${path}`, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return {
      status: answer.status,
      etag: answer.headers.get('etag') ?? undefined,
      claims: /claims="([^"]+)"/.exec(answer.headers.get('www-authenticate') ?? '')?.[1],
      body: await bodyOf(answer),
    }
  } catch (thrown) {
    throw new Failure(
      `No answer from ${address} (${causeOf(thrown)}). Is that the broker, and may this network reach it?`,
    )
  }
}

const causeSchema = z.object({
  cause: z.object({ code: z.string().optional(), message: z.string() }),
})

const causeOf = (thrown: unknown): string => {
  const cause = causeSchema.safeParse(thrown).data?.cause
  return cause?.code ?? cause?.message ?? (thrown instanceof Error ? thrown.message : '')
}

const bodyOf = async (answer: Response): Promise<unknown> => {
  const text = await answer.text()
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
