import { Failure } from './failure.ts'
import { readAskedFor, usage, type AskedFor } from './smoke/asked-for.ts'
import { brokerChecks } from './smoke/broker-checks.ts'
import type { Check, Seen } from './smoke/check.ts'
import { deniedChecks, scmChecks } from './smoke/network-checks.ts'
import { onboardingChecks } from './smoke/onboarding-checks.ts'
import { transportChecks } from './smoke/transport-checks.ts'
import { printable } from './text.ts'

// After a deployment: what must answer answers, and what must be refused is refused.

const print = (text: string): void => void process.stdout.write(`${text}\n`)

const checksOf = ({ onboarding, broker, scm, isDenied }: AskedFor): Check[] => {
  const network = scmChecks(scm, isDenied)
  if (isDenied) return [...deniedChecks({ onboarding, broker }), ...network]
  return [
    ...onboardingChecks(onboarding),
    ...brokerChecks(broker),
    ...transportChecks('onboarding', onboarding),
    ...transportChecks('broker', broker),
    ...network,
  ]
}

const lineOf = ({ name, remedy }: Check, seen: Seen): string => {
  if (seen.is === 'ok') return `ok    ${name}`
  const word = seen.is === 'note' ? 'note ' : 'FAIL '
  return printable(`${word} ${name}: ${seen.saw}. Do: ${remedy}.`)
}

const main = async (argv: readonly string[]): Promise<void> => {
  if (argv.some((arg) => ['--help', '-h', 'help'].includes(arg))) return print(usage)
  const asked = readAskedFor(argv, process.env)
  const tally = { ok: 0, note: 0, failed: 0 }
  for (const check of checksOf(asked)) {
    // One after the other: an app that is being looked at must not seem to be under attack.
    const seen = await check.look()
    tally[seen.is] += 1
    print(lineOf(check, seen))
  }
  if (asked.scm.length === 0) {
    tally.note += 1
    print('note  the deployment sites were not looked at: name each with --scm')
  }
  print(`${tally.ok} ok, ${tally.failed} failed, ${tally.note} to know.`)
  if (tally.failed > 0) process.exitCode = 1
}

try {
  await main(process.argv.slice(2))
} catch (thrown) {
  if (!(thrown instanceof Failure)) throw thrown
  process.stderr.write(`${thrown.message}\n`)
  process.exitCode = thrown.exitCode
}
