import * as z from 'zod'
import type { Delivery, EventMessage } from '../broker/events/delivery.ts'
import { brokerEvent } from './broker-event.ts'

// A message of the next version is read as one of this: what it has more is for others.
const thisVersion = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'v' in value && value.v === 2
    ? { ...value, v: 1 }
    : value

const event = z.preprocess(thisVersion, brokerEvent)

const members = {
  v: z.literal(1),
  webhook: z.string(),
  host: z.string(),
  attempt: z.int().min(1),
  event,
} satisfies Record<keyof Delivery, z.ZodType>

const delivery: z.ZodType<Delivery> = z.preprocess(thisVersion, z.looseObject(members))

const message = z.union([delivery, event])

/** A message of the queue `events`, as the host gives it; undefined for what is none. */
export const readEventMessage = (value: unknown): EventMessage | undefined =>
  message.safeParse(value).data
