import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as z from 'zod'

// `npm test`: the parts first, then the whole stack three times side by side, each with a third of the files.
// Those wait more than they compute: for a snapshot of the policy to age, for a queue to be polled.
// With arguments: `vitest run` with these.

const runs = [
  [['--project', 'parts']],
  [
    ['--project', 'e2e', '--shard', '1/3'],
    ['--project', 'e2e', '--shard', '2/3'],
    ['--project', 'e2e', '--shard', '3/3'],
  ],
]

const outcome = z.object({ numPassedTests: z.number(), numFailedTests: z.number() })

type Outcome = z.output<typeof outcome> & { code: number }

const vitest = join(import.meta.dirname, '..', 'node_modules', 'vitest', 'vitest.mjs')

const runVitest = async (
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<number> => {
  const child = spawn(process.execPath, [vitest, 'run', ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  const [code] = await once(child, 'close')
  return typeof code === 'number' ? code : 1
}

const runCounted = async (args: readonly string[], results: string): Promise<Outcome> => {
  // The command line and the hosts are started hundreds of times.
  const compiled = join(dirname(results), 'compiled')
  const code = await runVitest(args, { TEST_RESULTS: results, NODE_COMPILE_CACHE: compiled })
  // Without results it died: a failure that no test tells of.
  if (!existsSync(results)) return { code: code || 1, numPassedTests: 0, numFailedTests: 1 }
  return { code, ...outcome.parse(JSON.parse(readFileSync(results, 'utf8'))) }
}

const runAll = async (folder: string): Promise<Outcome[]> => {
  const outcomes: Outcome[] = []
  for (const [turn, sideBySide] of runs.entries()) {
    const counted = sideBySide.map((args, index) =>
      runCounted(args, join(folder, `${turn}-${index}.json`)),
    )
    outcomes.push(...(await Promise.all(counted)))
  }
  return outcomes
}

const sum = (outcomes: readonly Outcome[], member: keyof Outcome): number =>
  outcomes.reduce((total, one) => total + one[member], 0)

const all = async (): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'test-results-'))
  try {
    const outcomes = await runAll(folder)
    const numPassedTests = sum(outcomes, 'numPassedTests')
    const numFailedTests = sum(outcomes, 'numFailedTests')
    const results = process.env['TEST_RESULTS']
    if (results) writeFileSync(results, JSON.stringify({ numPassedTests, numFailedTests }))
    console.log(`\nAll tests: ${numPassedTests} passed, ${numFailedTests} failed`)
    return Math.max(...outcomes.map(({ code }) => code))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const args = process.argv.slice(2)
process.exitCode = args.length > 0 ? await runVitest(args) : await all()
