import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export type Ran = { code: number | null; stdout: string; stderr: string }

type Around = {
  env?: Record<string, string>
  /** What is typed; without it standard input is empty. */
  input?: string
}

/** Runs the command line as npm would, with nothing but `env` of the operator's settings. */
export const runOps = (args: string[], around: Around = {}): Promise<Ran> =>
  run(['ops/main.ts', ...args], around)

/** Runs what is run after a deployment. */
export const runSmoke = (args: string[]): Promise<Ran> => run(['ops/smoke.ts', ...args], {})

/** Runs what makes the app registrations. */
export const runRegistrations = (args: string[], around: Around = {}): Promise<Ran> =>
  run(['ops/registrations.ts', ...args], around)

const run = async (args: string[], { env = {}, input = '' }: Around): Promise<Ran> => {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...passedOn('PATH', 'HOME', 'NODE_COMPILE_CACHE'), ...env },
  })
  // It may end before it has read anything.
  child.stdin.on('error', () => undefined).end(input)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code: typeof code === 'number' ? code : null, stdout, stderr }
}

const passedOn = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, process.env[name]]))

/** An environment in which `az account get-access-token` gives that token. */
export const signedInByAz = (folder: string, token: string): Record<string, string> => {
  const answer = { accessToken: token, expires_on: Math.floor(Date.now() / 1000) + 3600 }
  const file = join(folder, 'az')
  writeFileSync(file, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(answer)}\nEND\n`)
  chmodSync(file, 0o755)
  return { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` }
}

/** The environment of an operator of that broker, whom `az` knows by this token. */
export const operatorOf = (
  { address }: { address: string },
  { folder, token, caFile }: { folder: string; token: string; caFile: string },
): Record<string, string> => ({
  ...signedInByAz(folder, token),
  NODE_EXTRA_CA_CERTS: caFile,
  BROKER_URL: address,
  BROKER_AUDIENCE: 'api://broker',
})

/** The first line for people: who signed in, and where. */
export const firstLine = ({ stderr }: Pick<Ran, 'stderr'>): string => stderr.split('\n')[0] ?? ''
