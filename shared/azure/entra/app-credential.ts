import type { Configuration } from '@azure/msal-node'
import { BrokerError } from '../../broker/broker-error.ts'

export type Proof =
  Pick<Configuration['auth'], 'clientAssertion'> | Pick<Configuration['auth'], 'clientSecret'>

/** How our application proves itself to Entra. */
export type AppCredential = {
  /** What MSAL's `auth` section needs beyond ids. */
  proof: () => Promise<Proof>
  /** How many proofs there are to try, one after the other. */
  proofs: number
  /** Told of a proof that Entra refused, before the next one is asked for. */
  refused: (proof: Proof) => void
}

type GetToken = (scope: string) => Promise<string>

/** The managed identity's own token as federated credential: no secret exists anywhere. */
export const federatedCredential = (identityToken: GetToken, audience: string): AppCredential => ({
  proof: async () => ({ clientAssertion: () => identityToken(`${audience}/.default`) }),
  proofs: 1,
  refused: () => {},
})

/** Reads one client secret; undefined when there is none of that name. */
export type ReadClientSecret = () => Promise<string | undefined>

/**
 * Client secrets, tried in order, so that an old and a new one overlap while they are exchanged. Each
 * is read when first needed and again after Entra refused it; the one that works is kept.
 */
export const secretCredential = (readers: readonly ReadClientSecret[]): AppCredential => {
  let current = 0
  let kept: { clientSecret: string } | undefined
  const next = () => {
    current = (current + 1) % readers.length
    kept = undefined
  }
  const read = async (): Promise<{ clientSecret: string }> => {
    for (const reader of [...readers.slice(current), ...readers.slice(0, current)]) {
      // In order: the next one is only wanted when this one is not there.
      // oxlint-disable-next-line no-await-in-loop
      const clientSecret = await reader()
      if (clientSecret !== undefined) {
        current = readers.indexOf(reader)
        return { clientSecret }
      }
    }
    throw noSecret()
  }
  return {
    proof: async () => (kept ??= await read()),
    proofs: readers.length,
    // Requests side by side meet the same refusal: only the first of them moves on.
    refused: (proof) => {
      if ('clientSecret' in proof && proof.clientSecret === kept?.clientSecret) next()
    },
  }
}

const noSecret = () =>
  new BrokerError(
    'app_misconfigured',
    'none of the client secrets of the application is in the vault. The operator must act',
    { reason: 'app_secret_absent' },
  )
