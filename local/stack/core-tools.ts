import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RunApp } from './app-process.ts'
import { waitUntilReady } from './readiness.ts'

const supervise = fileURLToPath(new URL('supervise.ts', import.meta.url))
const startLimitMs = 60_000

/** Where a program stands on the PATH; undefined when it does not. */
export const findOnPath = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(isExecutable)

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Runs a built app with Azure Functions Core Tools (`func`) instead of the local Functions host. */
export const runWithCoreTools: RunApp = async ({ app, port, tls, env, onLine }) => {
  const func = findOnPath('func')
  if (!func) throw new Error('--func needs Azure Functions Core Tools: func is not on the PATH.')
  const pfx = pfxOf(tls)
  const child = spawn(
    process.execPath,
    [supervise, func, 'start', '--port', `${port}`, '--useHttps', '--cert', pfx.file].concat([
      '--password',
      pfx.password,
    ]),
    { cwd: app, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  )
  const exited = linesAndExit(child, onLine)
  const address = `https://localhost:${port}`
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  try {
    await waitUntilReady(`${address}/health/live`, { exited, limitMs: startLimitMs })
  } catch (error) {
    await stop()
    throw error
  }
  return { address, port, exited, stop }
}

const linesAndExit = (
  child: ChildProcess,
  onLine: (line: string) => void,
): Promise<number | null> => {
  for (const input of [child.stdout, child.stderr]) {
    if (input) createInterface({ input }).on('line', onLine)
  }
  return new Promise((resolve) => child.once('close', (code) => resolve(code)))
}

// Core Tools take a PKCS #12 file only, which Node cannot write.
const pfxOf = ({ certFile, keyFile }: { certFile: string; keyFile: string }) => {
  const openssl = findOnPath('openssl')
  if (!openssl) throw new Error('--func needs openssl on the PATH, to hand func its certificate.')
  const file = certFile.replace(/\.pem$/, '.pfx')
  const password = 'local'
  const inputs = ['-in', certFile, '-inkey', keyFile]
  const output = ['-out', file, '-passout', `pass:${password}`]
  execFileSync(openssl, ['pkcs12', '-export', ...inputs, ...output])
  return { file, password }
}
