import { hash } from 'node:crypto'
import type { Grant } from '../grant.ts'

const dayMs = 24 * 3600_000

/** A new consent is proven once more after so long: a role that was only elevated is gone by then. */
export const firstProbeMs = dayMs

/**
 * The partner's own moment in each cycle: spread by its hash, so that no hour holds more than its
 * share. It is at least half a cycle after `since`, and at most one and a half.
 */
export const nextSlot = (partner: string, since: number, cycleMs: number): number => {
  const share = hash('sha256', `slot ${partner}`, 'buffer').readUInt32BE() / 2 ** 32
  const offset = Math.floor(share * cycleMs)
  const earliest = since + cycleMs / 2
  return Math.ceil((earliest - offset) / cycleMs) * cycleMs + offset
}

/** When a grant's refresh token is to be rotated: sooner when Entra said that it lives for less. */
export const rotationDueAt = ({ partner, sealed }: Grant, cycleMs: number): number => {
  const slot = nextSlot(partner, sealed.sealedAt, cycleMs)
  if (sealed.expiresAt === undefined) return slot
  return Math.min(slot, sealed.sealedAt + (sealed.expiresAt - sealed.sealedAt) / 2)
}

/** When Partner Center is to be asked again about the person who consented. */
export const probeDueAt = (
  { partner, probedAt = 0, consentedAt }: Grant,
  cycleMs: number,
): number =>
  // One that an operator asked for before says nothing of a role that is still elevated.
  probedAt < consentedAt + firstProbeMs
    ? consentedAt + firstProbeMs
    : nextSlot(partner, probedAt, cycleMs)

// A silence of days passes; two weeks are no passing trouble of Partner Center's.
const unprovenToldMs = 14 * dayMs
// In a long cycle two weeks pass before it is asked at all; from then on it is asked each day.
const askedInVainMs = 3 * dayMs

/** Whether nobody could say for too long that the person who consented still has her role and MFA. */
export const isLongUnproven = (grant: Grant, now: number, cycleMs: number): boolean =>
  now >= (grant.probedAt ?? grant.consentedAt) + unprovenToldMs &&
  now >= probeDueAt(grant, cycleMs) + askedInVainMs

/** Whether an active grant is to be redeemed at home now, for its token or for the probe. */
export const isRotationDue = (grant: Grant, now: number, cycleMs: number): boolean =>
  now >= (grant.retryAt ?? 0) &&
  now >= Math.min(rotationDueAt(grant, cycleMs), probeDueAt(grant, cycleMs))
