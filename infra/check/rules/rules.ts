import { listed, oneList } from './access.ts'
import { alerting, changes, runbooks, workbook } from './alerts.ts'
import { basicLogin, closed, siteDefaults } from './closed.ts'
import type { Rule } from './context.ts'
import { filedDefaults, safeDefaults } from './defaults.ts'
import { doors } from './doors.ts'
import { described, given, loaded, reached } from './files.ts'
import { hostsShut, operators, unreachable } from './firewalls.ts'
import { flows, ownLists } from './networks.ts'
import {
  brokerRights,
  enough,
  noFederation,
  onboardingHoldsNothing,
  ownHosts,
  signing,
} from './rights.ts'
import { revealingOutputs, secretParameters, secretTexts, secretWrites } from './secrets.ts'
import { secretOutputs, secureDefaults, securePath } from './secure-flow.ts'
import { homePage, hostStorage, runtimes, secretSettings, settings } from './settings.ts'
import { brokerSite, deployers, nobody, onboardingSite } from './site-rules.ts'
import { byIdentity, oneIdentity, onlySites } from './sites.ts'
import { locks, onRecord, sealKey, tablesAndQueues } from './stores.ts'
import { fixedAddress, subnets } from './subnets.ts'
import { versions } from './versions.ts'

/** Every rule that the templates keep beyond what Bicep and Azure ask. */
export const rules: readonly Rule[] = [
  closed,
  safeDefaults,
  filedDefaults,
  siteDefaults,
  basicLogin,
  onlySites,
  oneIdentity,
  byIdentity,
  unreachable,
  operators,
  hostsShut,
  deployers,
  brokerSite,
  onboardingSite,
  nobody,
  doors,
  subnets,
  fixedAddress,
  flows,
  ownLists,
  settings,
  homePage,
  hostStorage,
  secretSettings,
  runtimes,
  revealingOutputs,
  secretOutputs,
  securePath,
  secureDefaults,
  secretParameters,
  secretWrites,
  secretTexts,
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
  changes,
  workbook,
  described,
  loaded,
  given,
  reached,
  versions,
]
