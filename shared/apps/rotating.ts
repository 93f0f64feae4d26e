import { probePartnerCenter } from '../azure/partner-center.ts'
import { readPartnerMessage, readShardMessage } from '../azure/rotation-messages.ts'
import { withinBudget } from '../azure/time-budget.ts'
import type { Metrics } from '../broker/metrics.ts'
import type { CurrentPolicy } from '../broker/policy.ts'
import { putAway } from '../broker/revoke.ts'
import { flagCredential } from '../broker/rotation/credential-end.ts'
import { watchHeartbeat } from '../broker/rotation/heartbeat.ts'
import { heedVault } from '../broker/rotation/hold-off.ts'
import { handleShard, startRun } from '../broker/rotation/sweep-shard.ts'
import { tendGrant, type TendingPorts } from '../broker/rotation/tend-grant.ts'
import { tendPartner } from '../broker/rotation/tend-partner.ts'
import type { BrokerConfig } from '../config.ts'
import type { Announcing } from './announcing.ts'
import type { Doors } from './broker-doors.ts'
import { alarm, failed, sweptLine, tendedLine } from './log-lines.ts'
import type { Pacing } from './pacing.ts'

type RotatingPorts = Doors &
  Pick<Announcing, 'keepMalformed'> &
  Pacing & {
    currentPolicy: CurrentPolicy
    metrics: Metrics
    now: () => number
  }

const dayMs = 24 * 3600_000
const credentialBudgetMs = 5_000

/** The life of the grants: what the timer, its two queues and an operator set going. */
export const rotating = (config: BrokerConfig, doors: RotatingPorts) => {
  const { queues, metrics, keepMalformed } = doors
  const tending = tendingPorts(config, doors)
  const { partners: sendPartner, shards: sendShard } = queues
  const sending = { sendPartner, sendShard, cycleMs: tending.cycleMs }
  const onTended = tendedLine(metrics)
  const { holdOff } = doors
  const working = { ...tending, ...sending, holdOff, halted: { until: 0 }, onTended }
  return {
    start: async () => {
      await startRun({ ...doors, sendShard })
      await queues.usage({ v: 1 })
      // Of what an operator's request may take, a vault that hangs must leave enough for its record.
      await withinBudget(credentialBudgetMs, () => flagCredential({ ...doors, alarm })).catch(
        (thrown: unknown) => failed('credential_end', thrown),
      )
    },
    sweep: async (message: unknown) => {
      const known = readShardMessage(message)
      if (!known) return keepMalformed('rotation-shards', message)
      sweptLine(metrics)(known.shard, await handleShard({ ...doors, ...sending }, known))
    },
    tend: async (message: unknown, correlationId: string) => {
      const known = readPartnerMessage(message)
      if (!known) return keepMalformed('rotation-partners', message)
      await tendPartner(working, known, correlationId)
    },
    rotateNow: async (partner: string, correlationId: string) => {
      const tended = await tendGrant(tending, { partner, correlationId, isForced: true })
      if ('error' in tended) await heedVault(holdOff, tended.error)
      return tended
    },
    watch: () => watchHeartbeat({ ...doors, alarm }),
  }
}

const tendingPorts = (config: BrokerConfig, doors: RotatingPorts): TendingPorts => ({
  ...doors,
  probePartnerCenter: probePartnerCenter(config.PARTNER_CENTER_URL),
  allowUnprovenMfa: config.ALLOW_UNPROVEN_MFA,
  finishRevocation: async (revocation) => void (await putAway(doors, revocation)),
  cycleMs: config.ROTATION_DAYS * dayMs,
  alarm,
})

export type Rotating = ReturnType<typeof rotating>

// One look in a while is enough, and instances need not all look at once.
const lookEveryMs = 5 * 60_000
const lookBudgetMs = 10_000

/**
 * Lets an instance that only issues notice that the timer does not run: at its first request, for it may
 * get no other one before the platform takes it away, and then now and then. Nobody waits for it.
 */
export const lookingNowAndThen = (watch: Rotating['watch'], now: () => number) => {
  let nextAt = 0
  return (): void => {
    if (now() < nextAt) return
    nextAt = now() + lookEveryMs * (0.5 + Math.random())
    withinBudget(lookBudgetMs, watch).catch((thrown: unknown) => failed('heartbeat_unread', thrown))
  }
}
