import type { Ensured } from './ensure-application.ts'
import {
  federationDifference,
  readFederatedCredentials,
  type Trusted,
} from './federated-credential.ts'
import { appName } from './partner-app.ts'
import { tell, type Run } from './run.ts'

type Wanted = { name: string; should: Trusted | undefined }

/** Makes the application trust the broker's identity; without one it only says what is trusted now. */
export const ensureFederation = async (
  run: Run,
  { application: { id }, isNew }: Ensured,
  { name, should }: Wanted,
): Promise<void> => {
  const path = `/applications/${id}/federatedIdentityCredentials`
  const to = `read whom ${appName} trusts`
  const is = isNew ? [] : readFederatedCredentials(await run.graph.list(path, to))
  const difference = federationDifference({ on: appName, is, should, name })
  tell(run, difference)
  if (run.isWhatIf) return
  const { make, mend } = difference
  const write = { to: `make ${appName} trust the broker's identity`, isFresh: true }
  if (make) await run.graph.write({ method: 'POST', path, body: make, ...write })
  if (mend) {
    const one = `${path}/${mend.id}`
    await run.graph.write({ method: 'PATCH', path: one, body: mend.body, ...write })
  }
}
