import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, onTestFinished, vi } from 'vitest'
import { buildApp } from '../../../build.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

// Within a test at its end, in a file or a describe block at the end of that.
const atEnd = (undo: () => Promise<void> | void): void => {
  if (expect.getState().currentTestName === undefined) afterAll(undo)
  else onTestFinished(undo)
}

/** A folder that is gone when the test is over. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'stack-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** A folder with the stand-in app, built as both apps. */
export const probeApps = async (): Promise<string> => {
  const outdir = temporaryFolder()
  const entry = fileURLToPath(new URL('probe-app.ts', import.meta.url))
  await Promise.all([
    buildApp('onboarding', { entry, outdir }),
    buildApp('broker', { entry, outdir }),
  ])
  return outdir
}

export type Launched = {
  child: ChildProcess
  /** All that it wrote. */
  output: () => string
  /** Resolves with the exit code, null after a signal. */
  exited: Promise<number | null>
}

/** Runs a script of the repository as npm would; it is gone when the test is over. */
export const launch = (args: string[], env: NodeJS.ProcessEnv = {}): Launched => {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } })
  let written = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (written += text))
  }
  const exited = once(child, 'close').then(([code]: (number | null)[]) => code ?? null)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return { child, output: () => written, exited }
}

/** Waits for `stack.json`. */
export const whenReady = async (folder: string, { output }: Launched): Promise<void> => {
  await vi
    .waitUntil(() => existsSync(join(folder, 'stack.json')), { timeout: 30_000 })
    .catch(() => {
      throw new Error(`no stack.json came:\n${output()}`)
    })
}

/** Ids of the running processes whose command line or environment names that text (Linux only). */
export const processesNaming = (text: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && namesText(pid, text))

const namesText = (pid: number, text: string): boolean => {
  try {
    return ['cmdline', 'environ'].some((file) =>
      readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(text),
    )
  } catch {
    return false
  }
}
