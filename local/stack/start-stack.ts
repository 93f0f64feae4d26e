import { join } from 'node:path'
import { buildApps } from '../../build.ts'
import type { Directory } from '../directory.ts'
import { startFunctionsHost } from '../functions-host/start.ts'
import { certificatesIn } from '../kit/certificates.ts'
import type { RunApp } from './app-process.ts'
import { startApps, type RunningBroker } from './apps.ts'
import { appSettings, type AppFolders } from './app-settings.ts'
import { describeStack } from './describe-stack.ts'
import { firstInvitation, type FirstInvitation } from './first-invitation.ts'
import { defaultPortBase, holdPorts, type HeldPorts } from './held-ports.ts'
import { mendState } from './mend-state.ts'
import { startParts, type Parts } from './parts.ts'
import { prepareStore } from './prepare-store.ts'
import { seedDirectory } from './seed-directory.ts'
import { removeFacts, writeFacts, type StackFacts } from './stack-facts.ts'
import { lockState } from './stack-lock.ts'
import { createTeardown, type Teardown } from './teardown.ts'
import { trustAuthority } from './trust.ts'

export type StackOptions = {
  stateFolder: string
  /** First of ten ports; 0 takes any free ones. */
  portBase?: number
  /** Takes the lines meant for a person: mends, moved ports, warnings of the apps. */
  onLine?: (line: string) => void
  /** How many broker processes share the store. */
  brokers?: number
  appCredential?: 'federated' | 'secret'
  /** Other settings of every broker. */
  brokerSettings?: Record<string, string>
  /** Folders of the built apps; without them the apps are built. */
  apps?: AppFolders | Promise<AppFolders>
  run?: RunApp
  /** Aborted: what has started is stopped, and the start rejects. */
  signal?: AbortSignal
}

export type Stack = {
  facts: StackFacts
  /** The live directory: local Entra changes it in place. */
  directory: Directory
  parts: Parts
  invitation: FirstInvitation
  /** Starts one more broker on the same store, with other settings where given. */
  startSecondBroker: (settings?: Record<string, string>) => Promise<RunningBroker>
  stop: () => Promise<void>
}

/** Starts the whole embedded stack; throws, leaving nothing behind, when a part cannot start. */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const teardown = createTeardown()
  try {
    return await Promise.race([start(options, teardown), rejectionOf(options.signal)])
  } catch (error) {
    await teardown.run()
    throw error
  }
}

const start = async (options: StackOptions, teardown: Teardown): Promise<Stack> => {
  const { stateFolder, run = startFunctionsHost, brokers = 1 } = options
  const world = await startWorld(options, teardown)
  const { directory, parts } = world
  await prepareStore(parts, directory)
  const settings = appSettings({ ...options, ...world })
  const apps = await startApps({ ...world, run, settings }, brokers)
  const facts = describeStack({ ...world, brokers: apps.brokers })
  // Before the brokers look at the permissions for the first time: they keep what they saw for a while.
  const invitation = await firstInvitation(stateFolder, facts)
  await apps.ready()
  writeFacts(stateFolder, facts)
  teardown.add(() => removeFacts(stateFolder))
  const { startBroker: startSecondBroker } = apps
  return { facts, directory, parts, invitation, startSecondBroker, stop: teardown.run }
}

// Everything that the apps need. They are built meanwhile, and their ports are held for them.
const startWorld = async (options: StackOptions, teardown: Teardown) => {
  const { stateFolder, portBase = defaultPortBase, onLine: say = () => undefined } = options
  teardown.add(lockState(stateFolder).release)
  mendState(stateFolder, say)
  const building = Promise.resolve(options.apps ?? built())
  // Awaited below; until then a failure must not count as unhandled.
  building.catch(() => undefined)
  const [certificates, ports] = await Promise.all([
    certificatesIn(stateFolder),
    holdPorts(portBase, say),
  ])
  teardown.add(() => releaseAll(ports))
  trustAuthority(certificates.ca)
  const addresses = addressesOf(ports)
  const directory = seedDirectory(join(stateFolder, 'directory.json'), addresses.onboarding)
  const place = { stateFolder, certificates, ports, teardown, say }
  const [parts, folders] = await Promise.all([startParts({ ...place, directory }), building])
  return { ...place, addresses, directory, parts, folders }
}

const addressesOf = ({ onboarding, broker }: HeldPorts) => ({
  onboarding: `https://localhost:${onboarding.port}`,
  broker: `https://localhost:${broker.port}`,
})

const built = async (): Promise<AppFolders> => {
  const { onboarding, broker } = await buildApps()
  return { onboarding: onboarding.folder, broker: broker.folder }
}

const releaseAll = async (ports: HeldPorts): Promise<void> => {
  await Promise.all(Object.values(ports).map((port) => port.release()))
}

const rejectionOf = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('stopped while it was starting')))
  })
