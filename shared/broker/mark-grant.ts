import type { FailureClass } from './failure-classes.ts'
import type { Grant } from './grant.ts'
import type { EntraFailure } from './redeem.ts'
import { dead } from './rotation/transitions.ts'
import type { Rows, Stored } from './rows.ts'

type MarkingPorts = {
  grants: Pick<Rows<Grant>, 'replace'>
  remember: (grant: Grant) => void
  now: () => number
}

/**
 * Marks a grant as needing a new consent, with the reason. `changed` is left alone: whoever wrote
 * meanwhile knows better.
 */
export const markGrant = async (
  { grants, remember, now }: MarkingPorts,
  { value, etag }: Stored<Grant>,
  { failure, refused }: { failure: EntraFailure; refused: FailureClass },
): Promise<void> => {
  const marked = dead(value, { failure, refused, at: now() })
  if ((await grants.replace(marked, etag)) !== 'changed') remember(marked)
}
