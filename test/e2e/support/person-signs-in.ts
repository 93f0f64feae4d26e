import { createHash, randomBytes, randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { changeDirectory } from './own-partner.ts'
import { formOf } from './read-page.ts'

// Exists in every tenant, and sends its answers to loopback.
const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'
const redirectUri = 'http://localhost:8400/'

/** A new person of the operator, with these app roles, signs in for the management API. */
export const personSignsIn = async (
  stack: StackFacts,
  roles: string[],
): Promise<{ token: string; objectId: string }> => {
  const objectId = randomUUID()
  const username = `${objectId.slice(0, 8)}@operator.example`
  const tenant = stack.brokerTenant
  const facts = { name: 'Olga', mfa: true, admin: true, agent: false }
  await changeDirectory(stack, { people: [{ ...facts, username, objectId, tenant, roles }] })
  const verifier = randomBytes(32).toString('base64url')
  const authority = `${stack.entra}/${tenant}/oauth2/v2.0`
  const scope = `${stack.brokerAudience}/Manage openid`
  const asked = new URLSearchParams({
    client_id: azureCli,
    response_type: 'code',
    redirect_uri: redirectUri,
    response_mode: 'form_post',
    scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const location = new URL(`${authority}/authorize?${asked.toString()}`)
  const choosing = formOf(await (await fetch(location)).text())
  const page = await fetch(new URL(choosing.action, location), {
    method: 'POST',
    body: new URLSearchParams({ ...choosing.fields, username }),
  })
  const { fields } = formOf(await page.text())
  const answer = await fetch(`${authority}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: azureCli,
      redirect_uri: redirectUri,
      code: fields['code'] ?? '',
      code_verifier: verifier,
      scope,
    }),
  })
  const { access_token: token } = z
    .object({ access_token: z.string() })
    .parse(JSON.parse(await answer.text()))
  return { token, objectId }
}
