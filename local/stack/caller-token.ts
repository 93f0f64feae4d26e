import * as z from 'zod'
import type { StackFacts } from './stack-facts.ts'

type Caller = StackFacts['callers'][number]

const tokenSchema = z.object({ access_token: z.string() })

/** A caller's own token for the broker, from local Entra by its client secret. */
export const callerToken = async (
  { entra, brokerAudience }: Pick<StackFacts, 'entra' | 'brokerAudience'>,
  caller: Caller,
): Promise<string> => {
  const answer = await fetch(`${entra}/${caller.tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: caller.clientId,
      client_secret: caller.clientSecret,
      scope: `${brokerAudience}/.default`,
    }),
  })
  if (!answer.ok) throw new Error(`Entra gave ${caller.name} no token: ${await answer.text()}`)
  return tokenSchema.parse(await answer.json()).access_token
}

/** The first caller that holds an app role. */
export const callerWithRole = ({ callers }: Pick<StackFacts, 'callers'>, role: string): Caller => {
  const caller = callers.find(({ roles }) => roles.includes(role))
  if (!caller) throw new Error(`the directory holds no caller with ${role}`)
  return caller
}
