import { Cron } from 'croner'
import type { TimerFunction } from './app-functions.ts'
import type { Invoke } from './invoke.ts'

export type Timers = {
  /** Fires one timer now, after a run of it that is under way. Undefined: there is no such timer. */
  fire: (name: string, isPastDue: boolean) => Promise<boolean | undefined>
  stop: () => void
}

/** Runs each timer by its schedule in UTC; a timer never overlaps itself, a tick during a run is skipped. */
export const startTimers = (functions: TimerFunction[], invoke: Invoke): Timers => {
  const timers = new Map(functions.map((one) => [one.name.toLowerCase(), createTimer(one, invoke)]))
  for (const { runOnStartup, fire } of timers.values()) if (runOnStartup) void fire(false)
  return {
    fire: async (name, isPastDue) => timers.get(name.toLowerCase())?.fire(isPastDue),
    stop: () => timers.forEach(({ cron }) => cron.stop()),
  }
}

const createTimer = (timer: TimerFunction, invoke: Invoke) => {
  let last = new Date(0)
  let waiting = 0
  let running: Promise<unknown> = Promise.resolve()
  const run = async (isPastDue: boolean): Promise<boolean> => {
    const json = JSON.stringify(payload({ last, next: cron.nextRun(), isPastDue }))
    const response = await invoke(timer.registered, {
      inputData: [{ name: timer.bindingName, data: { json } }],
    })
    last = new Date()
    return response !== undefined
  }
  const fire = (isPastDue: boolean): Promise<boolean> => {
    waiting++
    const done = running.then(() => run(isPastDue)).finally(() => waiting--)
    running = done
    return done
  }
  const options = { ...cronOptions, paused: timer.isDisabled }
  const cron = new Cron(timer.schedule, options, () => {
    if (waiting === 0) void fire(false)
  })
  return { cron, fire, runOnStartup: timer.runOnStartup && !timer.isDisabled }
}

// NCRONTAB: day of month and day of week must both fit, and `5/10` means from 5 on.
const cronOptions = {
  timezone: 'UTC',
  mode: '5-or-6-parts',
  domAndDow: true,
  sloppyRanges: true,
} as const

type Due = { last: Date; next: Date | null; isPastDue: boolean }

/** The host's own spelling: the library makes the keys camel case. */
const payload = ({ last, next, isPastDue }: Due) => ({
  Schedule: { AdjustForDST: true },
  ScheduleStatus: {
    Last: last.toISOString(),
    Next: (next ?? new Date(0)).toISOString(),
    LastUpdated: last.toISOString(),
  },
  IsPastDue: isPastDue,
})
