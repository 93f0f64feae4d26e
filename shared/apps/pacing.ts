import { setTimeout as delay } from 'node:timers/promises'
import { timeLeftMs } from '../azure/time-budget.ts'
import { openPace, type PacePorts } from '../broker/rotation/pace.ts'

// To seal, write, probe and write the row.
const toFinishMs = 6_000

/** The pace at which this instance writes new secrets, one for issuing and rotation. */
export const pacing = ({ paces, now }: Pick<PacePorts, 'paces' | 'now'>) =>
  openPace({
    paces,
    now,
    wait: (ms) => delay(ms),
    patienceMs: () => timeLeftMs() - toFinishMs,
  })

export type Pacing = ReturnType<typeof pacing>
