import type { TokenCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'
import * as z from 'zod'
import { sealKeyName } from '../../../local/stack/app-settings.ts'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { openSealing } from '../../../shared/azure/vault/sealing.ts'
import { vaultOptions } from '../../../shared/azure/vault/vault-options.ts'
import { mint } from './entra-controls.ts'

type Stack = Pick<StackFacts, 'entra' | 'vault'>

const directorySchema = z.object({
  identities: z.array(z.object({ name: z.string(), principalId: z.string() })),
})
const lifetimeSeconds = 3600

/** What the broker's identity can do in the vault, for whoever gets hold of it. */
export const secretsAsBroker = async (stack: Stack): Promise<SecretClient> =>
  new SecretClient(stack.vault, await brokerCredential(stack), vaultOptions(stack.vault))

/** Sealing and unsealing with the vault's key, as the broker does it. */
export const sealingAsBroker = async (stack: Stack) =>
  openSealing({
    url: stack.vault,
    keyName: sealKeyName,
    credential: await brokerCredential(stack),
    now: () => Date.now(),
  })

const brokerCredential = async (stack: Stack): Promise<TokenCredential> => {
  const answer = await fetch(`${stack.entra}/_local/directory`)
  const { identities } = directorySchema.parse(await answer.json())
  const oid = identities.find(({ name }) => name === 'broker')?.principalId
  const exp = Math.floor(Date.now() / 1000) + lifetimeSeconds
  const token = await mint(stack, { claims: { aud: 'https://vault.azure.net', oid, exp } })
  return { getToken: async () => ({ token, expiresOnTimestamp: exp * 1000 }) }
}
