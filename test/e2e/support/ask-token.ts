import * as z from 'zod'
import { callerToken } from '../../../local/stack/caller-token.ts'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'

export type Caller = StackFacts['callers'][number]

type Asked = {
  caller: Caller
  partner: string
  customer?: string
  purpose?: string
  audience: string
  /** Further form fields. */
  fields?: Record<string, string>
}

const bodySchema = z.looseObject({
  access_token: z.string().optional(),
  error: z.string().optional(),
  code: z.string().optional(),
  error_description: z.string().optional(),
})

export type TokenAnswer = {
  status: number
  headers: Headers
  body: z.output<typeof bodySchema>
}

/** Asks the broker for a token as a marketplace service would. */
export const askToken = async (stack: StackFacts, asked: Asked): Promise<TokenAnswer> => {
  const { caller, partner, customer, purpose, audience, fields } = asked
  const authority = [partner, customer, purpose].filter((label) => label !== undefined).join('.')
  const answer = await fetch(`${stack.broker}/${authority}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: `${audience}/.default`,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await callerToken(stack, caller),
      ...fields,
    }),
  })
  return answerOf(answer)
}

/** An answer of the token endpoint, read. */
export const answerOf = async (answer: Response): Promise<TokenAnswer> => {
  const { status, headers } = answer
  return { status, headers, body: bodySchema.parse(await answer.json()) }
}
