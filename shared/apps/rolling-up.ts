import { log } from '../azure/log.ts'
import type { SendMessage } from '../azure/queue.ts'
import { rollUpUsage, type RollUpPorts } from '../broker/usage/roll-up.ts'
import { usageOf } from '../broker/usage/usage-of.ts'
import { alarm } from './log-lines.ts'

type RollingPorts = RollUpPorts & { queues: { usage: SendMessage }; now: () => number }

/** The roll-up of the record, by message, and what a partner may see of it. */
export const rollingUp = (ports: RollingPorts) => {
  const { usage, queues, now } = ports
  // What runs side by side does no harm.
  const ask = () => queues.usage({ v: 1 })
  return {
    askRollUp: ask,
    /** One run; asks for the next while hours or old rows are left. */
    rollUp: async (): Promise<void> => {
      const { through, more, cut } = await rollUpUsage(ports, now)
      for (const hour of cut) alarm('usage_hour_cut', { hour: new Date(hour).toISOString() })
      log('information', 'usage_rolled_up', { through: new Date(through).toISOString(), more })
      if (more) await ask()
    },
    usageOf: (partner: string) => usageOf({ usage, now }, partner),
  }
}
