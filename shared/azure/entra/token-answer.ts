import * as z from 'zod'
import type { EntraFailure, HomeAccount } from '../../broker/redeem.ts'
import { parseRetryAfter } from '../retry-after.ts'

export type TokenAnswer =
  | { failure: EntraFailure }
  | {
      failure?: never
      headers: Record<string, string>
      /** JSON text of an object. */
      text: string
      seen: Seen
    }

/** What MSAL does not hand on. */
export type Seen = {
  refreshToken?: string
  refreshTokenExpiresInSeconds?: number
  account?: HomeAccount
  scope?: string
  idToken?: string
}

const maxBytes = 1_000_000

const errorBody = z.object({
  error: z.string(),
  suberror: z.string().optional().catch(undefined),
  error_codes: z.array(z.number()).catch([]),
  claims: z.string().optional().catch(undefined),
})

const successBody = z.object({
  refresh_token: z.string().min(1).optional().catch(undefined),
  refresh_token_expires_in: z.coerce.number().int().positive().optional().catch(undefined),
  client_info: z.string().optional().catch(undefined),
  scope: z.string().optional().catch(undefined),
  id_token: z.string().optional().catch(undefined),
})

const clientInfo = z.object({ uid: z.guid().toLowerCase(), utid: z.guid().toLowerCase() })

/** One request to Entra; everything but a 200 with a JSON object is a failure as a value. */
export const readAnswer = async (
  url: string,
  init: RequestInit,
  timeoutMs: number,
): Promise<TokenAnswer> => {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))),
    })
    const text = await readCapped(response)
    const body = parseJson(text)
    return response.status === 200 && isObject(body)
      ? { headers: Object.fromEntries(response.headers), text, seen: seenIn(body) }
      : { failure: failureOf(response, body) }
  } catch {
    return { failure: { status: 0, error: 'no_answer', errorCodes: [] } }
  }
}

const readCapped = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const seenIn = (body: object): Seen => {
  const { refresh_token, refresh_token_expires_in, client_info, scope, id_token } =
    successBody.parse(body)
  const account = client_info === undefined ? undefined : accountOf(client_info)
  return {
    ...(refresh_token !== undefined && { refreshToken: refresh_token }),
    ...(refresh_token_expires_in !== undefined && {
      refreshTokenExpiresInSeconds: refresh_token_expires_in,
    }),
    ...(scope !== undefined && { scope }),
    ...(id_token !== undefined && { idToken: id_token }),
    ...(account && { account }),
  }
}

const accountOf = (encoded: string): HomeAccount | undefined => {
  const parsed = clientInfo.safeParse(parseJson(Buffer.from(encoded, 'base64url').toString('utf8')))
  return parsed.success ? { objectId: parsed.data.uid, tenant: parsed.data.utid } : undefined
}

const failureOf = (response: Response, body: unknown): EntraFailure => {
  const retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'))
  const parsed = errorBody.safeParse(body)
  const status = response.status === 200 ? 502 : response.status
  return {
    status,
    error: parsed.success ? parsed.data.error : 'unreadable',
    errorCodes: parsed.success ? parsed.data.error_codes : [],
    ...(parsed.data?.suberror && { suberror: parsed.data.suberror }),
    ...(parsed.data?.claims && { claims: parsed.data.claims }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

const isObject = (body: unknown): body is object => typeof body === 'object' && body !== null

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
