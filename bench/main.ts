import { parseArgs } from 'node:util'
import { handlersPerInstance } from './rotation/host.ts'
import { isMissed, tableText } from './rotation/report.ts'
import { backlog, realTime, type Scenario } from './rotation/scenarios.ts'

// Measures what is promised at scale: `npm run bench -- rotation`. Exit code 1 when a target is missed.

const usage = `npm run bench -- rotation [--quick] [--grants 100000] [--instances 10] [--seed 1]
  --quick      leaves out the two minutes by the real clock
  --grants     how many grants are due at once
  --instances  how many instances of the broker app rotate them
  --seed       other delays`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    grants: { type: 'string', default: '100000' },
    instances: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
})

const sealedForReal = 2_000
/** As many as the deployment allows the app. */
const mostInstances = 40
const crowd = 20_000
const realMs = 120_000

const print = ({ title, measures }: Scenario): boolean => {
  console.log(tableText(title, measures))
  return measures.some(isMissed)
}

const rotation = async (): Promise<boolean> => {
  const [grants, instances, seed] = [values.grants, values.instances, values.seed].map(Number)
  if (!grants || !instances || seed === undefined) throw new Error(usage)
  const options = {
    grants,
    instances,
    seed,
    real: Math.min(sealedForReal, grants),
  }
  console.log(`Each instance handles ${handlersPerInstance} grants at a time (host.json).\n`)
  const missed = [print(await backlog({ ...options, isIdleToo: true }))]
  const crowded = {
    ...options,
    real: 0,
    grants: Math.min(crowd, grants),
    instances: mostInstances,
  }
  missed.push(print(await backlog({ ...crowded, isIdleToo: false })))
  const timed = {
    ...options,
    real: sealedForReal,
    grants: 5_000,
    forMs: realMs,
  }
  if (!values.quick) missed.push(print(await realTime(timed)))
  return missed.includes(true)
}

// The instances of the real clock still wait for messages: nothing else ends them.
if (positionals[0] === 'rotation') process.exit((await rotation()) ? 1 : 0)
else {
  console.error(usage)
  process.exitCode = 2
}
