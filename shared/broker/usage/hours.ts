export const hourMs = 3600_000
export const dayMs = 24 * hourMs

/**
 * An hour counts as complete so long after its end: a record bears the time of its request, is
 * written by group commit, and an instance's clock may be five minutes behind.
 */
export const settleMs = 15 * 60_000

/** Days for which a partner's hours are kept, and months for which the operator's are. */
export const partnerDays = 62
export const operatorMonths = 13

export const startOfHour = (time: number): number => time - (time % hourMs)

/** The end of the last hour that is complete. */
export const completeUntil = (now: number): number => startOfHour(now - settleMs)

/** `YYYY-MM-DD`, in UTC. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** `YYYY-MM`, in UTC. */
export const monthOf = (time: number): string => new Date(time).toISOString().slice(0, 7)

/** The first moment of the month so many months before; 0 for the month of `now` itself. */
export const startOfMonth = (now: number, monthsBefore = 0): number => {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsBefore)
}

/** The first moment after a month (`YYYY-MM`). */
export const endOfMonth = (month: string): number =>
  Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)))

/** Partners' hours of earlier days are not kept. */
export const partnersKeptFrom = (now: number): number => {
  const first = now - partnerDays * dayMs
  return first - (first % dayMs)
}

/** The operator's hours of earlier months are not kept. */
export const operatorKeptFrom = (now: number): number => startOfMonth(now, operatorMonths)
