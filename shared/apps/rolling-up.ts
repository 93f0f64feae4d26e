import { log } from '../azure/log.ts'
import type { SendMessage } from '../azure/queue.ts'
import { forgetSignIns, type ForgettingPorts } from '../broker/forget-sign-ins.ts'
import { rollUpUsage, type RollUpPorts } from '../broker/usage/roll-up.ts'
import { usageOf } from '../broker/usage/usage-of.ts'
import { alarm, failed } from './log-lines.ts'

type RollingPorts = RollUpPorts &
  ForgettingPorts & { queues: { usage: SendMessage }; now: () => number }

/** What is done by message once an hour beside rotation: the roll-up of the record, and forgetting. */
export const rollingUp = (ports: RollingPorts) => {
  const { usage, queues, now } = ports
  // What runs side by side does no harm.
  const ask = () => queues.usage({ v: 1 })
  return {
    askRollUp: ask,
    /** One run; asks for the next while hours or old rows are left. */
    rollUp: async (): Promise<void> => {
      // Counting must not wait for what can be forgotten an hour later.
      const forgotten = await forgetSignIns(ports).catch(kept)
      const { through, more, cut } = await rollUpUsage(ports, now)
      for (const hour of cut) alarm('usage_hour_cut', { hour: new Date(hour).toISOString() })
      log('information', 'usage_rolled_up', { through: new Date(through).toISOString(), more })
      if (more || forgotten === 'more') await ask()
    },
    usageOf: (partner: string) => usageOf({ usage, now }, partner),
  }
}

const kept = (thrown: unknown): 'done' => {
  failed('sign_ins_kept', thrown)
  return 'done'
}
