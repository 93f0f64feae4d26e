import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { watchAzurite, type AzuritePorts } from './azurite-process.ts'

export type AzuriteOptions = {
  certFile: string
  keyFile: string
  stateFolder: string
  /** Port of the blob service; 0 means any. The other two take any free port. */
  blobPort: number
}

export type Azurite = {
  ports: AzuritePorts
  isRunning: () => boolean
  /** What it said last. */
  output: () => string
  stop: () => Promise<void>
}

// Longer than the doors keep an idle connection, so that it is never Azurite that closes one.
const keepAliveSeconds = '300'

/** Starts Azurite as a process of its own; resolves when its three services listen. */
export const startAzurite = async (options: AzuriteOptions): Promise<Azurite> => {
  const program = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js')
  const child = fork(program, argumentsOf(options), {
    execArgv: ['--import', new URL('stop-with-parent.ts', import.meta.url).href],
    // A process group of its own: Ctrl-C is for the stack, which stops Azurite last.
    detached: true,
    silent: true,
  })
  const { listening, ...azurite } = watchAzurite(child)
  try {
    return { ...azurite, ports: await listening() }
  } catch (error) {
    await azurite.stop()
    throw error
  }
}

const argumentsOf = ({ certFile, keyFile, stateFolder, blobPort }: AzuriteOptions): string[] => {
  const flags = '--oauth basic --skipApiVersionCheck --disableTelemetry --silent'.split(' ')
  const services = [
    { name: 'blob', port: blobPort },
    { name: 'queue', port: 0 },
    { name: 'table', port: 0 },
  ]
  const endpoints = services.flatMap(({ name, port }) => [
    `--${name}Host`,
    '127.0.0.1',
    `--${name}Port`,
    String(port),
    `--${name}KeepAliveTimeout`,
    keepAliveSeconds,
  ])
  return ['--location', stateFolder, '--cert', certFile, '--key', keyFile, ...flags, ...endpoints]
}
