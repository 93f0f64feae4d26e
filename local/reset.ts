import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { lockState } from './stack/stack-lock.ts'

// Clears the state of the embedded stack; refuses while one runs on it.

/** A folder that holds anything but a stack's state is not ours to clear. */
const isState = (names: string[]): boolean =>
  names.length === 0 ||
  ['directory.json', 'ca.pem', 'lock.json'].some((name) => names.includes(name))

try {
  const { state } = parseArgs({ options: { state: { type: 'string', default: '.local' } } }).values
  if (!existsSync(state)) {
    console.log(`${state} is clear already.`)
    process.exit(0)
  }
  if (!isState(readdirSync(state))) throw new Error(`${state} holds no stack's state: left alone.`)
  const lock = lockState(state)
  for (const name of readdirSync(state).filter((one) => one !== 'lock.json')) {
    rmSync(join(state, name), { recursive: true, force: true })
  }
  lock.release()
  console.log(`${state} is cleared. The next npm start begins anew.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
