import * as z from 'zod'
import type { LocalAnswer, LocalRequest } from '../kit/part.ts'

const switchSchema = z.object({
  /** A token without MFA is refused, as announced for production. */
  enforce: z.boolean().default(false),
  /** The answer does not say whether the token has MFA. */
  silent: z.boolean().default(false),
})

/** How Partner Center treats MFA: `POST /_local/mfa { enforce, silent }`; what is left out is off. */
export const createMfaSwitch = () => {
  const state = { enforce: false, silent: false }
  return {
    state,
    control: (request: LocalRequest): LocalAnswer | undefined => {
      if (request.url.pathname !== '/_local/mfa') return undefined
      if (request.method !== 'POST') return { status: 200, body: state }
      const wanted = switchSchema.safeParse(parseJson(request.body))
      if (!wanted.success) return { status: 400, body: z.prettifyError(wanted.error) }
      Object.assign(state, wanted.data)
      return { status: 204 }
    },
  }
}

/** Enforcement and silence of one Partner Center. */
export type MfaSwitch = ReturnType<typeof createMfaSwitch>

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
