import { listed, oneList } from './access.ts'
import { alerting, runbooks, workbook } from './alerts.ts'
import { basicLogin, closed, siteDefaults, unreachable } from './closed.ts'
import type { Rule } from './context.ts'
import { doors } from './doors.ts'
import { described, given, loaded, reached, versions } from './files.ts'
import { callers, deployers, nobody } from './networks.ts'
import {
  brokerRights,
  enough,
  noFederation,
  onboardingHoldsNothing,
  ownHosts,
  signing,
} from './rights.ts'
import { secretOutputs, secretParameters, secretWrites } from './secrets.ts'
import { homePage, hostStorage, runtimes, secretSettings, settings } from './settings.ts'
import { locks, onRecord, sealKey, tablesAndQueues } from './stores.ts'

/** Every rule that the templates keep beyond what Bicep and Azure ask. */
export const rules: readonly Rule[] = [
  closed,
  siteDefaults,
  basicLogin,
  unreachable,
  deployers,
  callers,
  nobody,
  doors,
  settings,
  homePage,
  hostStorage,
  secretSettings,
  runtimes,
  secretOutputs,
  secretParameters,
  secretWrites,
  oneList,
  listed,
  onboardingHoldsNothing,
  ownHosts,
  brokerRights,
  signing,
  enough,
  noFederation,
  tablesAndQueues,
  locks,
  sealKey,
  onRecord,
  runbooks,
  alerting,
  workbook,
  described,
  loaded,
  given,
  reached,
  versions,
]
