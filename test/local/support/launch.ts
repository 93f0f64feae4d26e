import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, vi } from 'vitest'
import { buildApp } from '../../../build.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

const folders: string[] = []
const launched: Launched[] = []

afterAll(async () => {
  for (const { child } of launched) child.kill('SIGKILL')
  await Promise.all(launched.map(({ exited }) => exited))
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** A folder that is gone when the tests of the file are over. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'stack-test-'))
  folders.push(folder)
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

/** Runs a script of the repository as npm would; it is gone when the tests of the file are over. */
export const launch = (args: string[], env: NodeJS.ProcessEnv = {}): Launched => {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } })
  let written = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (written += text))
  }
  const exited = once(child, 'close').then(([code]: (number | null)[]) => code ?? null)
  const one = { child, output: () => written, exited }
  launched.push(one)
  return one
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
