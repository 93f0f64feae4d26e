import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Names one process for good: its id may be given to another one, its start time may not.
 * Undefined when no such process runs.
 */
export const markOf = (pid: number): string | undefined =>
  isAlive(pid) ? (linuxStart(pid) ?? psStart(pid) ?? 'unknown start') : undefined

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, for somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

// proc(5): the start time, in clock ticks since boot, is field 22; the name before it may hold spaces.
const linuxStart = (pid: number): string | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`
  } catch {
    return undefined
  }
}

const psStart = (pid: number): string | undefined => {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}
