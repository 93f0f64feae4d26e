import type { SendEvents } from '../broker-event.ts'
import type { Grant } from '../grant.ts'
import type { Rows, Stored, Written } from '../rows.ts'
import { withoutOutbox } from './raise-event.ts'

type GrantRows = Rows<Grant>

/**
 * Sends what a write left in the outbox as soon as the write is done, and empties the outbox. What
 * cannot be sent stays in the row, and the next sweep sends it: an event is late, but not lost. What is
 * sent twice has the same id.
 */
export const announced = (grants: GrantRows, send: SendEvents): GrantRows => ({
  ...grants,
  add: async (grant) => settled({ grants, send }, grant, await grants.add(grant)),
  replace: async (grant, etag) =>
    settled({ grants, send }, grant, await grants.replace(grant, etag)),
})

type Announcing = { grants: GrantRows; send: SendEvents }

const settled = async (announcing: Announcing, value: Grant, written: Written): Promise<Written> =>
  written === 'changed' || !value.outbox?.length
    ? written
    : emptied(announcing, { value, etag: written.etag })

/** The ETag of the row as it stands afterwards. */
const emptied = async (
  { grants, send }: Announcing,
  { value, etag }: Stored<Grant>,
): Promise<Written> => {
  try {
    await send(value.outbox ?? [])
    const written = await grants.replace(withoutOutbox(value), etag)
    return written === 'changed' ? { etag } : written
  } catch {
    return { etag }
  }
}
