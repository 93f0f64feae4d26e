import { startApp, type AppPlace, type RunningApp } from './app-process.ts'
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
}

/** Starts the onboarding app and so many brokers side by side; resolves when all are ready. */
export const startApps = async (place: AppsPlace, brokers: number): Promise<Apps> => {
  const { ports, folders, settings } = place
  const startBroker = furtherBroker(place)
  const further = Array.from({ length: brokers - 1 }, () => startBroker())
  await Promise.all([
    startApp(place, {
      name: 'onboarding',
      folder: folders.onboarding,
      port: ports.onboarding,
      env: settings.onboarding,
    }),
    startApp(place, {
      name: 'broker',
      folder: folders.broker,
      port: ports.broker,
      env: settings.broker,
    }),
    ...further,
  ])
  const started = await Promise.all(further)
  return { brokers: started.map(({ address }) => address), startBroker }
}

const furtherBroker = (place: AppsPlace): StartBroker => {
  let last = 1
  return async (settings = {}) => {
    const name = `broker-${++last}`
    return startApp(place, {
      name,
      folder: place.folders.broker,
      port: await holdPort(0),
      env: { ...place.settings.broker, ...settings },
    })
  }
}
