import { spawn } from 'node:child_process'

// Runs a program that would outlive its parent: `node supervise.ts <program> [argument…]`. When
// whoever started this process is gone, or asks it to stop, the program and its children are ended.

const [program = '', ...args] = process.argv.slice(2)
const child = spawn(program, args, { stdio: 'inherit', detached: true })
const graceMs = 3000

let isEnding = false

const signalGroup = (signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group is gone already.
  }
}

const end = (): void => {
  if (isEnding) return
  isEnding = true
  signalGroup('SIGTERM')
  setTimeout(() => signalGroup('SIGKILL'), graceMs).unref()
}

process.on('disconnect', end)
process.on('SIGTERM', end)
process.on('SIGINT', end)
child.on('error', (error) => {
  console.error(`${program} cannot run: ${error.message}`)
  process.exit(1)
})
child.on('exit', (code) => process.exit(code ?? (isEnding ? 0 : 1)))
