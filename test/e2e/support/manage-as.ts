import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import * as z from 'zod'
import { callerToken, callerWithRole } from '../../../local/stack/caller-token.ts'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { claimsOf, mint } from './entra-controls.ts'

export type Asked = {
  method?: string
  path: string
  body?: object | string
  headers?: Record<string, string>
  /** Another broker than the first. */
  broker?: string
}

/** One request to the management API with a token that is given. */
export const manageAs = async (
  { broker: first }: Pick<StackFacts, 'broker'>,
  token: string | undefined,
  { method = 'GET', path, body, headers, broker = first }: Asked,
): Promise<Response> =>
  fetch(`${broker}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })

/** The token of the stack's caller with that role. */
export const roleToken = (
  stack: StackFacts,
  role: 'Broker.Manage' | 'Broker.Read' | 'Token.Issue',
): Promise<string> => callerToken(stack, callerWithRole(stack, role))

/** A person's delegated token as Entra would give it; `changes` are other claims, or undefined ones. */
export const personToken = async (
  stack: StackFacts,
  changes: Record<string, unknown> = {},
): Promise<string> => {
  const own = claimsOf(await roleToken(stack, 'Broker.Manage'))
  const claims = {
    ...own,
    idtyp: 'user',
    oid: randomUUID(),
    azp: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
    scp: 'Manage',
    roles: ['Broker.Manage'],
    ...changes,
  }
  return mint(stack, { claims: JSON.parse(JSON.stringify(claims)) })
}

const problemSchema = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  field: z.string().optional(),
  correlation_id: z.string(),
})

/** The answer is a problem (RFC 9457) with these members, and its headers say the same. */
export const expectProblem = async (
  answer: Response,
  expected: { status: number; code: string; field?: string; says?: string },
): Promise<void> => {
  const text = await answer.text()
  const { field, code, status } = problemSchema.parse(JSON.parse(text))
  const { says = '', ...members } = expected
  expect({ status, code, ...(field !== undefined && { field }) }).toEqual(members)
  expect(answer.status).toBe(status)
  expect(text).toContain(says)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(text).toContain(answer.headers.get('x-correlation-id'))
}

/** The JSON of an answer with that status. */
export const bodyOf = async (
  answer: Response,
  status: number,
): Promise<Record<string, unknown>> => {
  const text = await answer.text()
  expect({ status: answer.status, text }).toMatchObject({ status })
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
}

const pageSchema = z.strictObject({
  value: z.array(z.record(z.string(), z.unknown())),
  nextLink: z.string().optional(),
})

/** Every item of a list, page after page. */
export const allPages = async (
  stack: StackFacts,
  path: string,
): Promise<Record<string, unknown>[][]> => {
  const token = await roleToken(stack, 'Broker.Read')
  const pages: Record<string, unknown>[][] = []
  let next: string | undefined = `${stack.broker}${path}`
  while (next !== undefined) {
    expect(next.startsWith(stack.broker)).toBe(true)
    const answer = await manageAs(stack, token, { path: next.slice(stack.broker.length) })
    const page = pageSchema.parse(await answer.json())
    pages.push(page.value)
    next = page.nextLink
  }
  return pages
}
