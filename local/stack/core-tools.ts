import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve as absolute } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RunApp, RunAppOptions } from './app-process.ts'
import { waitUntilReady } from './readiness.ts'

const supervise = fileURLToPath(new URL('supervise.ts', import.meta.url))
const startLimitMs = 60_000
// Protects nothing: the key stands beside it. Core Tools want one.
const password = 'local'

/** Where Core Tools and openssl stand on the PATH; throws a line that says what is missing. */
export const findCoreTools = (): { func: string; openssl: string } => {
  const [func, openssl] = ['func', 'openssl'].map(findOnPath)
  if (!func) throw new Error('--func needs Azure Functions Core Tools: func is not on the PATH.')
  if (!openssl)
    throw new Error('--func needs openssl, to hand func its certificate: not on the PATH.')
  return { func, openssl }
}

const findOnPath = (program: string): string | undefined =>
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
  const { func, openssl } = findCoreTools()
  const cert = writePfx(openssl, tls, port)
  const args = ['start', '--port', `${port}`, '--useHttps', '--cert', cert, '--password', password]
  const child = spawn(process.execPath, [supervise, func, ...args], {
    cwd: app,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
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
const writePfx = (openssl: string, tls: RunAppOptions['tls'], port: number): string => {
  const file = absolute(tls.certFile.replace(/\.pem$/, `-${port}.pfx`))
  const inputs = ['-in', tls.certFile, '-inkey', tls.keyFile]
  const output = ['-out', file, '-passout', `pass:${password}`]
  execFileSync(openssl, ['pkcs12', '-export', ...inputs, ...output])
  return file
}
