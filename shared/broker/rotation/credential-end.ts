import type { SendEvents } from '../broker-event.ts'
import { milestoneAt } from './grant-end.ts'
import { heartbeatName, type HeartbeatPorts } from './heartbeat.ts'

const dayMs = 24 * 3600_000

/** When our own application's credential ends; undefined for one that does not. */
export type CredentialEnd = number | 'unknown' | undefined

type Ports = HeartbeatPorts & {
  sendEvents: SendEvents
  credentialEnd: () => Promise<CredentialEnd>
  /** Something that a person must look at, by name. */
  alarm: (name: string, facts: Record<string, string | number>) => void
}

/**
 * Tells that our own credential nears its end: each milestone once for each credential, and of several
 * that passed unnoticed the nearest. The event goes first: after a crash it is sent again, the same to
 * the letter.
 */
export const flagCredential = async (ports: Ports): Promise<void> => {
  const { heartbeats, now, sendEvents, credentialEnd, alarm } = ports
  const endsAt = await credentialEnd()
  if (endsAt === 'unknown') return alarm('credential_end_unknown', {})
  const stored = await heartbeats.read(heartbeatName)
  if (endsAt === undefined || !stored) return
  const { value, etag } = stored
  const daysLeft = milestoneAt(endsAt, now())
  const toldDays = value.credentialEndsAt === endsAt ? value.credentialToldDays : undefined
  if (daysLeft === undefined || (toldDays !== undefined && daysLeft >= toldDays)) return
  const id = `app-credential-${endsAt}-${daysLeft}`
  const at = endsAt - daysLeft * dayMs
  const event = { v: 1, id, type: 'app_credential.expiring', at, endsAt, daysLeft } as const
  await sendEvents([{ ...event, whoMustAct: 'operator' }])
  await heartbeats.replace(
    { ...value, credentialEndsAt: endsAt, credentialToldDays: daysLeft },
    etag,
  )
}
