import type { HttpRequest } from '@azure/functions'
import * as z from 'zod'
import type { Explanation } from '../../broker/explain.ts'
import type { Asked } from '../../broker/permission.ts'
import { readJson } from '../json-body.ts'
import { json } from './desk.ts'
import { audience, guid, instant, purpose } from './fields.ts'
import { lockdownView } from './lockdown-body.ts'
import { reading, type ManagementDesk } from './managed.ts'
import { partnerView } from './partner-view.ts'

export type ExplainDesk = ManagementDesk & {
  explain: (asked: Asked, at: number) => Promise<Explanation>
}

const body = z.strictObject({
  caller: z.strictObject({ tenant: guid, clientId: guid }),
  partner: guid,
  customer: guid.optional(),
  audience,
  purpose: purpose.optional(),
  address: z.union([z.ipv4(), z.ipv6()], { error: 'must be an IP address' }).optional(),
  at: instant.optional(),
})

/** `POST /manage/explain`: what would become of a request, and why. It changes nothing. */
export const explainRequest = (desk: ExplainDesk, request: HttpRequest) =>
  reading(desk, request, async (visit) => {
    const { at = desk.now(), ...asked } = await readJson(request, body)
    return json(visit, 200, explanationView(await desk.explain(withoutUndefined(asked), at), at))
  })

const withoutUndefined = ({
  customer,
  purpose: why,
  address,
  ...asked
}: Omit<z.output<typeof body>, 'at'>): Asked => ({
  ...asked,
  ...(customer !== undefined && { customer }),
  ...(why !== undefined && { purpose: why }),
  ...(address !== undefined && { address }),
})

const explanationView = ({ lockdown, partner, code, ...rest }: Explanation, at: number) => ({
  outcome: code === undefined ? 'issued' : 'refused',
  ...(code !== undefined && { code }),
  ...rest,
  at: new Date(at).toISOString(),
  ...(lockdown && { lockdown: lockdownView(lockdown) }),
  ...(partner && { partner: partnerView(partner) }),
})
