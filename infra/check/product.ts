import { brokerSettingNames, onboardingSettingNames } from '../../shared/config.ts'
import { poisonNameOf, queueNames } from '../../shared/azure/queue.ts'
import { tableNames } from '../../shared/azure/tables/table-names.ts'
import type { Product } from './rules/context.ts'

/** What the code needs of a deployment. */
export const product: Product = {
  settings: { onboarding: onboardingSettingNames, broker: brokerSettingNames },
  tables: tableNames,
  queues: queueNames.flatMap((name) => [name, poisonNameOf(name)]),
}
