import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { answerOf, type TokenAnswer } from './ask-token.ts'
import { audiences } from './management.ts'

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export type RawRequest = {
  /** First segment of the path; a partner that nobody knows without it. */
  authority?: string
  /** What the form shall hold beside, or instead of, the usual: undefined takes a field away, a list repeats it. */
  fields?: Record<string, string | string[] | undefined>
  headers?: Record<string, string>
  query?: string
  /** Sent instead of a form. */
  body?: string
}

/** Posts a token request exactly as it is told to; `assertion` is the caller's token. */
export const postToken = async (
  { broker }: Pick<StackFacts, 'broker'>,
  assertion: string,
  request: RawRequest,
): Promise<TokenAnswer> => {
  const { authority = crypto.randomUUID(), fields = {}, headers = {}, query = '', body } = request
  const answer = await fetch(`${broker}/${authority}/oauth2/v2.0/token${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: body ?? formOf(assertion, fields),
  })
  return answerOf(answer)
}

const formOf = (assertion: string, fields: NonNullable<RawRequest['fields']>): string => {
  const all: NonNullable<RawRequest['fields']> = {
    grant_type: 'client_credentials',
    scope: `${audiences.graph}/.default`,
    client_assertion_type: assertionType,
    client_assertion: assertion,
    ...fields,
  }
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(all)) {
    for (const one of [value ?? []].flat()) form.append(name, one)
  }
  return form.toString()
}
