import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

export type AppLog = { line: (line: string) => void; end: () => Promise<void> }

const isTrouble = /^(?:warning|error|critical) /
// Lines that do not come from the host's own log: a crash of the process, for instance.
const isLevelled = /^(?:trace|debug|information|warning|error|critical) /

/** One app's log file, made anew at each start; warnings and errors also go to `say`. */
export const appLog = (name: string, file: string, say: (line: string) => void): AppLog => {
  mkdirSync(dirname(file), { recursive: true })
  const stream = createWriteStream(file, { mode: 0o600 })
  return {
    line: (line) => {
      stream.write(`${new Date().toISOString()} ${line}\n`)
      if (isTrouble.test(line) || !isLevelled.test(line)) say(`${name}: ${line}`)
    },
    end: () => new Promise((resolve) => void stream.end(() => resolve())),
  }
}
