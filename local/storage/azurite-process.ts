import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

export type AzuritePorts = { blob: number; queue: number; table: number }

const startTimeoutMs = 30_000
const stopTimeoutMs = 900
const keptCharacters = 10_000

/** One Azurite process: its output, its ports once it listens, and its end. */
export const watchAzurite = (child: ChildProcess) => {
  let output = ''
  const ended = new Promise<'ended'>((resolve) => child.once('close', () => resolve('ended')))
  const read = (chunk: unknown) => {
    output = (output + String(chunk)).slice(-keptCharacters)
  }
  child.stdout?.on('data', read)
  child.stderr?.on('data', read)
  child.on('error', read)
  return {
    output: () => output.trim(),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    listening: async (): Promise<AzuritePorts> => {
      const heard = new Promise<AzuritePorts>((resolve) => {
        child.stdout?.on('data', () => {
          const ports = portsIn(output)
          if (ports) resolve(ports)
        })
      })
      const late = delay(startTimeoutMs, 'late' as const, { ref: false })
      const first = await Promise.race([heard, ended, late])
      if (typeof first === 'object') return first
      const what = first === 'ended' ? 'ended' : `did not listen within ${startTimeoutMs / 1000} s`
      throw new Error(`Azurite ${what}; it said:\n${output.trim() || '(nothing)'}`)
    },
    stop: async (): Promise<void> => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
      await ended
      clearTimeout(timer)
    },
  }
}

const portsIn = (output: string): AzuritePorts | undefined => {
  const [blob, queue, table] = ['Blob', 'Queue', 'Table'].map((service) => {
    const line = new RegExp(`${service} service is successfully listening at https://\\S+:(\\d+)`)
    return Number(line.exec(output)?.[1])
  })
  return blob && queue && table ? { blob, queue, table } : undefined
}
