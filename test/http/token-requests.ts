import { HttpRequest } from '@azure/functions'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import { readForm } from '../../shared/http/form.ts'
import { parseTokenRequest, type TokenForm } from '../../shared/http/token-request.ts'

export const partner = '0f000000-0000-4000-8000-0000000000a1'
export const customer = '0f000000-0000-4000-8000-0000000000c1'
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export type Field = [name: string, value: string]

type Sent = {
  authority?: string
  /** Body text, or its fields in their order. */
  form?: string | Field[]
  headers?: Record<string, string>
}

/** The fields of an ordinary request, as pairs. */
export const ordinary: readonly Field[] = [
  ['grant_type', 'client_credentials'],
  ['scope', 'https://graph.microsoft.com/.default'],
  ['client_assertion_type', assertionType],
  ['client_assertion', 'a.b.c'],
]

/** The ordinary fields with some changed; `undefined` takes one away. */
export const fields = (changes: Record<string, string | undefined>): Field[] => {
  const all: Record<string, string | undefined> = { ...Object.fromEntries(ordinary), ...changes }
  return Object.entries(all).flatMap(([name, value]): Field[] =>
    value === undefined ? [] : [[name, value]],
  )
}

export const tokenRequest = ({
  authority = partner,
  form = [...ordinary],
  headers = {},
}: Sent): HttpRequest =>
  new HttpRequest({
    method: 'POST',
    url: 'https://broker.example/authority/oauth2/v2.0/token',
    params: { authority },
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: { string: typeof form === 'string' ? form : new URLSearchParams(form).toString() },
  })

/** Reads a request as the token endpoint does. */
export const parse = async (sent: Sent): Promise<TokenForm> => {
  const request = tokenRequest(sent)
  return parseTokenRequest(request, await readForm(request))
}

/** The refusal of a request; anything thrown that is no `BrokerError` is thrown on. */
export const refusalOf = async (sent: Sent): Promise<BrokerError> => {
  const outcome = await parse(sent).catch((thrown: unknown) => thrown)
  if (outcome instanceof BrokerError) return outcome
  throw outcome instanceof Error ? outcome : new Error('the request was accepted')
}
