import type { HttpRequest } from '@azure/functions'
import { BrokerError } from '../broker/broker-error.ts'

/** Longer than any token request that an SDK sends: an assertion of 16 KB and a challenge of 4 KB. */
const maxFormBytes = 64 * 1024

export const malformed = (
  message: string,
  error: 'invalid_request' | 'unsupported_grant_type' | 'invalid_scope' = 'invalid_request',
): BrokerError => new BrokerError('request_malformed', message, { error, reason: 'form' })

/** Reads a form body; throws `request_malformed` for any other type or size. */
export const readForm = async (request: HttpRequest): Promise<URLSearchParams> => {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') {
    throw malformed('the body must be application/x-www-form-urlencoded')
  }
  return new URLSearchParams(await readText(request, maxFormBytes))
}

/** Reads a body of bounded size. */
export const readText = async (request: HttpRequest, maxBytes: number): Promise<string> => {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const body = await request.arrayBuffer()
  if (body.byteLength > maxBytes) throw tooLarge(maxBytes)
  return Buffer.from(body).toString('utf8')
}

const tooLarge = (maxBytes: number) => malformed(`the body is larger than ${maxBytes} bytes`)

/** A field that may be sent once at most; undefined when it is absent or empty. */
export const single = (form: URLSearchParams, name: string): string | undefined => {
  const values = form.getAll(name)
  if (values.length > 1) throw malformed(`${name} is sent more than once; send it once`)
  return values[0] === '' ? undefined : values[0]
}
