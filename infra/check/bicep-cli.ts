import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// A template built from many files is larger than what Node takes by default.
const mostBytes = 64 * 1024 * 1024

const run = (args: readonly string[], cwd: string) =>
  spawnSync('bicep', args, { cwd, encoding: 'utf8', maxBuffer: mostBytes })

/** Whether the real compiler can be asked. */
export const hasBicep = (): boolean => run(['--version'], '.').status === 0

/** What the Bicep CLI says: it must build, lint without a warning, and be formatted. */
export const bicepProblems = (root: string, paths: readonly string[]): string[] => {
  const files = paths.filter((path) => path.endsWith('.bicep'))
  return [
    ...failed(run(['build', 'infra/main.bicep', '--stdout'], root), 'bicep build'),
    ...files.flatMap((file) => failed(run(['lint', file], root), `bicep lint ${file}`)),
    ...files.flatMap((file) => unformatted(root, file)),
  ]
}

// The CLI cannot only look: `format` has no `--verify`. So what it would write is compared.
const unformatted = (root: string, file: string): string[] => {
  const ran = run(['format', file, '--stdout'], root)
  const problems = failed(ran, `bicep format ${file}`)
  const isSame = ran.stdout.trimEnd() === readFileSync(join(root, file), 'utf8').trimEnd()
  return problems.length > 0 || isSame ? problems : [`${file}: not as bicep format writes it`]
}

const amiss = /: (?:Error|Warning) /

// A warning is on standard error too, beside a code that says all is well.
const failed = (ran: ReturnType<typeof run>, what: string): string[] => {
  const lines = ran.stderr.split('\n').filter((line) => amiss.test(line))
  if (lines.length > 0) return lines
  return ran.status === 0 ? [] : [`${what}: ended with ${String(ran.status)}`]
}
