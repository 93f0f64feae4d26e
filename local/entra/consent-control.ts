import * as z from 'zod'
import type { Entra } from './context.ts'
import { findResource } from './resources.ts'

/** A tenant's consent to a resource, or whether Admin Agents may consent by signing in. */
export const consentSchema = z.union([
  z.strictObject({
    tenant: z.guid().toLowerCase(),
    resource: z.string(),
    granted: z.boolean(),
  }),
  z.strictObject({ agentsMayConsent: z.boolean() }),
])

/** Grants or takes away the consent of a tenant, whoever its people are. */
export const consentControl = (entra: Entra, control: z.infer<typeof consentSchema>): void => {
  if ('agentsMayConsent' in control) {
    entra.records.agentsMayConsent(control.agentsMayConsent)
    return
  }
  const resource = findResource(entra.directory, control.resource)
  if (!resource) throw new Error(`${control.resource} is no resource here`)
  const { tenant, granted } = control
  if (granted) entra.records.consent(tenant, resource.name, [...resource.permissions])
  else entra.records.refuse(tenant, resource.name)
}
