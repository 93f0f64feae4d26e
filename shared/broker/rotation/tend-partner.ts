import { askedMs, heedVault, type HoldOff } from './hold-off.ts'
import { retryDelaysMs, type PartnerMessage, type SendPartner } from './messages.ts'
import { tendGrant, type Tended, type TendingPorts } from './tend-grant.ts'

/** What this instance knows of our own application being refused. */
export type Halted = {
  /** It touches no grant before. */
  until: number
  /** Whose tenant was the last that refused it, when none has accepted it since. */
  refusedFor?: string
}

export type WorkPorts = TendingPorts & {
  sendPartner: SendPartner
  halted: Halted
  holdOff: HoldOff
  /** Told what came of each; never a secret. */
  onTended: (tended: Tended, facts: { partner: string; correlationId: string }) => void
}

/** So long after our own application was refused this instance leaves all grants alone. */
export const haltMs = 15 * 60_000

/**
 * Handles one partner message. What is still due afterwards, for whatever reason, is found again by the
 * next sweep: no message needs to survive, and none may fail for trouble that passes.
 */
export const tendPartner = async (
  ports: WorkPorts,
  { partner, tries }: PartnerMessage,
  correlationId: string,
): Promise<void> => {
  if (ports.now() < ports.halted.until) return
  const tended = await tendGrant(ports, { partner, correlationId })
  if (isNews(ports, tended, partner)) ports.onTended(tended, { partner, correlationId })
  if (tended.outcome !== 'retry') return
  await heedVault(ports.holdOff, tended.error)
  const delayMs = retryDelaysMs[tries]
  if (delayMs === undefined) return
  const delay = Math.max(delayMs, askedMs(tended.error))
  await ports.sendPartner({ v: 1, partner, tries: tries + 1 }, delay)
}

const accepted = new Set<Tended['outcome']>(['rotated', 'degraded', 'consent_needed'])

/**
 * Whether to tell of it: of an application that is refused once, however many workers meet it. A partner
 * that removed it from its own tenant looks the same, so only a second one in a row stops the run.
 */
const isNews = ({ halted, now }: WorkPorts, { outcome }: Tended, partner: string): boolean => {
  if (accepted.has(outcome)) delete halted.refusedFor
  if (outcome !== 'halt') return true
  if (now() < halted.until) return false
  if (halted.refusedFor === undefined || halted.refusedFor === partner) {
    halted.refusedFor = partner
    return true
  }
  delete halted.refusedFor
  halted.until = now() + haltMs
  return false
}
