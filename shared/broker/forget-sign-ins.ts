/** Removes what expired before a time, in milliseconds since the epoch, but no more than so many. */
export type ForgetEnded = (before: number, most: number) => Promise<'done' | 'more'>

export type ForgettingPorts = {
  forgetEnded: { attempts: ForgetEnded; sessions: ForgetEnded }
  now: () => number
}

// A callback that came in time is done by then, and shown again to the browser that repeats it.
const attemptsKeptMs = 3600_000
const mostPerRun = 5_000

/**
 * Removes sessions that are over and attempts that no callback can answer any more: who signed in,
 * and when, is nobody's to keep. `more`: some are left for another run.
 */
export const forgetSignIns = async ({
  forgetEnded: { attempts, sessions },
  now,
}: ForgettingPorts): Promise<'done' | 'more'> => {
  const left = [
    await sessions(now(), mostPerRun),
    await attempts(now() - attemptsKeptMs, mostPerRun),
  ]
  return left.includes('more') ? 'more' : 'done'
}
