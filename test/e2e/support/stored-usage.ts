import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { usageHours } from '../../../shared/azure/tables/usage-hours.ts'
import type { PartnerLine } from '../../../shared/broker/usage/usage-rows.ts'
import { tableOf } from './stored-rows.ts'

const hourMs = 3600_000

/** Writes what the roll-up would have counted for the partner in one hour, so many hours ago. */
export const storeUsage = (
  stack: Pick<StackFacts, 'storage'>,
  { partner, lines, hoursAgo = 2 }: { partner: string; lines: PartnerLine[]; hoursAgo?: number },
): Promise<void> => {
  const client = tableOf(stack, 'usage')
  const abortSignal = AbortSignal.timeout(10_000)
  const hour = Math.floor(Date.now() / hourMs - hoursAgo) * hourMs
  const row = { v: 1 as const, partner, hour, part: 0, lastIssuedAt: hour + 1, lines }
  const hours = usageHours({ name: 'usage', call: (run) => run(client, { abortSignal }) })
  return hours.putPartnerHours([row])
}
