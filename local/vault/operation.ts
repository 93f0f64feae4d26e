import type * as z from 'zod'
import type { LocalAnswer, LocalRequest } from '../kit/part.ts'
import { badParameter } from './problem.ts'

export type Call = {
  request: LocalRequest
  /** Address of the vault as the request named it: the start of every identifier. */
  origin: string
  name: string
  /** Empty for the latest. */
  version: string
}

export type Operation = {
  method: string
  /** Pattern of the path, with the groups `name` and `version`. */
  path: RegExp
  /** Azure's data action below `Microsoft.KeyVault/vaults/`, such as `secrets/getSecret/action`. */
  action: string
  /** The state changes and must be on the disk before the answer leaves. */
  saves?: boolean
  run: (call: Call) => LocalAnswer | Promise<LocalAnswer>
}

/** 200 with a JSON body. */
export const ok = (body: object): LocalAnswer => ({ status: 200, body })

/** Runs `use` with the parsed JSON body, or answers 400 with what is wrong in it. */
export const withBody = async <Body>(
  { request }: Call,
  schema: z.ZodType<Body>,
  use: (body: Body) => LocalAnswer | Promise<LocalAnswer>,
): Promise<LocalAnswer> => {
  const body = schema.safeParse(parseJson(request.body))
  if (body.success) return use(body.data)
  const issue = body.error.issues[0]
  return badParameter(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'unreadable'}`)
}

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

const pageSize = 25

/** One page of a list, with a `nextLink` to the rest. */
export const page = ({ request, origin }: Call, items: object[]): LocalAnswer => {
  const { pathname, search, searchParams } = request.url
  const size = Math.min(Number(searchParams.get('maxresults')) || pageSize, pageSize)
  const start = Number(searchParams.get('$skiptoken')) || 0
  const rest = new URL(pathname + search, origin)
  rest.searchParams.set('$skiptoken', String(start + size))
  const nextLink = start + size < items.length ? rest.href : null
  return ok({ value: items.slice(start, start + size), nextLink })
}
