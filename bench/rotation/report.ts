import { slotMs } from '../../shared/broker/rotation/pace.ts'
import type { Run } from './run.ts'

/** One line of the table; without a target it is only told. */
export type Measure = {
  name: string
  measured: string
  target?: string
  isMet?: boolean
}

const perSecond = 1000 / slotMs

export const paceTarget = 0.95
export const memoryTargetMb = 200
export const callsTarget = 3
export const idleCallsTarget = 300

/** What every run is held to. */
export const runMeasures = ({ rotated, elapsedMs, refusedByVault }: Run): Measure[] => {
  const rate = rotated / (elapsedMs / 1000)
  return [
    {
      name: 'grants rotated per second',
      measured: `${rate.toFixed(2)} of ${perSecond} allowed (${percent(rate / perSecond)})`,
      target: `at least ${percent(paceTarget)}`,
      isMet: rate >= paceTarget * perSecond,
    },
    {
      name: 'calls that the vault refused (429)',
      measured: String(refusedByVault),
      target: 'none',
      isMet: refusedByVault === 0,
    },
  ]
}

/** Calls to tables for each rotated grant: sweeps, pace, policy and heartbeat included. */
export const callMeasures = ({ tableCalls, rotated, tableCallsByKind }: Run): Measure[] => {
  const calls = tableCalls / rotated
  const kinds = [...tableCallsByKind].map(([kind, n]) => `${kind} ${(n / rotated).toFixed(2)}`)
  return [
    {
      name: 'table calls per rotated grant',
      measured: calls.toFixed(2),
      target: `at most ${callsTarget}`,
      isMet: calls <= callsTarget,
    },
    { name: '  of these', measured: kinds.join(', ') },
  ]
}

/** What came of the messages, and of the asking at Entra. */
export const outcomeMeasure = ({ tally, redemptions }: Run): Measure => ({
  name: 'outcomes',
  measured: `${[...tally].map(([outcome, n]) => `${outcome} ${n}`).join(', ')}; redemptions ${redemptions}`,
})

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

/** The table as text: what was measured, the target, and whether it was met. */
export const tableText = (title: string, measures: readonly Measure[]): string => {
  const width = Math.max(...measures.map(({ name }) => name.length))
  const lines = measures.map(({ name, measured, target, isMet }) => {
    const verdict = target === undefined ? '' : ` | ${target} | ${isMet ? 'pass' : 'MISSED'}`
    return `  ${name.padEnd(width)} | ${measured}${verdict}`
  })
  return [title, ...lines, ''].join('\n')
}

export const isMissed = ({ isMet }: Measure): boolean => isMet === false
