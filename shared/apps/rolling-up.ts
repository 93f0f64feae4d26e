import { log } from '../azure/log.ts'
import { openQueue } from '../azure/queue.ts'
import { managedIdentity } from '../azure/identity.ts'
import { rollUpUsage, type RollUpPorts } from '../broker/usage/roll-up.ts'
import { usageOf } from '../broker/usage/usage-of.ts'
import type { BrokerConfig } from '../config.ts'

type RollingPorts = RollUpPorts & { now: () => number }
type QueueConfig = Pick<BrokerConfig, 'DATA__queueServiceUri' | 'AZURE_CLIENT_ID'>

/** The roll-up of the record, by message, and what a partner may see of it. */
export const rollingUp = (config: QueueConfig, ports: RollingPorts) => {
  const { usage, now } = ports
  const queue = openQueue({
    queuesUrl: config.DATA__queueServiceUri,
    credential: managedIdentity(config.AZURE_CLIENT_ID),
    queueName: 'usage',
  })
  const ask = () => queue.send({ v: 1 })
  return {
    /** Asks for a run; what runs side by side does no harm. */
    askRollUp: ask,
    /** One run; asks for the next while hours or old rows are left. */
    rollUp: async (): Promise<void> => {
      const { through, more } = await rollUpUsage(ports, now)
      log('information', 'usage_rolled_up', { through: new Date(through).toISOString(), more })
      if (more) await ask()
    },
    usageOf: (partner: string) => usageOf({ usage, now }, partner),
  }
}
