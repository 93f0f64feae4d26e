import { startApp, type AppPlace, type RunningApp, type StartedApp } from './app-process.ts'
import type { AppFolders, AppSettings } from './app-settings.ts'
import { holdPort, type HeldPorts } from './held-ports.ts'

export type AppsPlace = AppPlace & {
  ports: HeldPorts
  folders: AppFolders
  settings: AppSettings
}

export type RunningBroker = Pick<RunningApp, 'address' | 'stop'>

/** Starts one more broker on the same store, with other settings where given. */
export type StartBroker = (settings?: Record<string, string>) => Promise<RunningBroker>

export type Apps = {
  /** Addresses of the brokers beyond the first. */
  brokers: string[]
  startBroker: StartBroker
  /** Resolves once all of them say that they are ready. */
  ready: () => Promise<void>
}

/** Starts the onboarding app and so many brokers, side by side. */
export const startApps = async (place: AppsPlace, brokers: number): Promise<Apps> => {
  const { ports, folders, settings } = place
  const start = (name: 'onboarding' | 'broker') =>
    startApp(place, { name, folder: folders[name], port: ports[name], env: settings[name] })
  const startNext = furtherBroker(place)
  const further = Array.from({ length: brokers - 1 }, () => startNext())
  const [onboarding, broker, ...others] = await Promise.all([
    start('onboarding'),
    start('broker'),
    ...further,
  ])
  return {
    brokers: others.map(({ address }) => address),
    startBroker: async (changed) => {
      const started = await startNext(changed)
      await started.ready()
      return started
    },
    ready: async () => {
      await Promise.all([onboarding, broker, ...others].map((app) => app.ready()))
    },
  }
}

const furtherBroker = (place: AppsPlace) => {
  let last = 1
  return async (changed: Record<string, string> = {}): Promise<StartedApp> => {
    const name = `broker-${++last}`
    return startApp(place, {
      name,
      folder: place.folders.broker,
      port: await holdPort(0),
      env: { ...place.settings.broker, ...changed },
    })
  }
}
