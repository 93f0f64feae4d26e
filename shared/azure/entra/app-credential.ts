import type { Configuration } from '@azure/msal-node'

/** How our application proves itself to Entra: what MSAL's `auth` section needs beyond ids. */
export type AppCredential = () => Promise<
  Pick<Configuration['auth'], 'clientAssertion'> | Pick<Configuration['auth'], 'clientSecret'>
>

type GetToken = (scope: string) => Promise<string>

/** The managed identity's own token as federated credential: no secret exists anywhere. */
export const federatedCredential =
  (identityToken: GetToken, audience: string): AppCredential =>
  async () => ({ clientAssertion: () => identityToken(`${audience}/.default`) })

/** A client secret, read when first needed and again after Entra refused it. */
export const secretCredential =
  (readSecret: () => Promise<string>): AppCredential =>
  async () => ({ clientSecret: await readSecret() })
