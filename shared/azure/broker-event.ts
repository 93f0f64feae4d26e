import * as z from 'zod'
import type { BrokerEvent } from '../broker/broker-event.ts'

const text = z.string().exactOptional()

const members = {
  v: z.literal(1),
  id: z.string(),
  type: z.enum([
    'partner.consented',
    'grant.expiring',
    'grant.consent_needed',
    'grant.degraded',
    'grant.recovered',
    'grant.revoked',
    'rotation.stalled',
    'app_credential.expiring',
  ]),
  at: z.int(),
  partner: text,
  generation: z.int().exactOptional(),
  displayName: text,
  contact: text,
  language: text,
  endsAt: z.int().exactOptional(),
  daysLeft: z.int().exactOptional(),
  reason: text,
  whoMustAct: z
    .enum(['caller', 'partner_admin', 'customer_admin', 'operator', 'nobody'])
    .exactOptional(),
} satisfies Record<keyof BrokerEvent, z.ZodType>

/** An event as it stands in a row's outbox and in a message of the queue. */
export const brokerEvent: z.ZodType<BrokerEvent, BrokerEvent> = z.looseObject(members)
