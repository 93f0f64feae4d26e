import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import * as z from 'zod'
import { Failure, wronglyTyped } from '../failure.ts'
import { readLocalStack } from '../local-stack.ts'

export const usage = `usage: npm run -s smoke -- --onboarding URL --broker URL
  --onboarding URL   public address of the onboarding app (azd env get-value ONBOARDING_URL)
  --broker URL       address of the broker (azd env get-value BROKER_URL)
  --scm URL          a deployment site to look at; as often as there are. Without it they are
                     worked out from addresses such as https://app.azurewebsites.net
  --denied           this machine is one that the broker must refuse: see that it does
  --ca FILE          another certificate authority to trust (PEM)
  --local FILE       the stack of npm start (.local/stack.json)
Run it after each deployment: from a network of callers, and once with --denied from outside.
Ends with 0 all well, 1 something is not, 2 wrongly typed.`

/** What is to be looked at, and from where. */
export type AskedFor = { onboarding: string; broker: string; scm: string[]; isDenied: boolean }

const options = {
  onboarding: { type: 'string' },
  broker: { type: 'string' },
  scm: { type: 'string', multiple: true },
  denied: { type: 'boolean' },
  ca: { type: 'string' },
  local: { type: 'string' },
} as const

/** Reads the command line, and makes this process trust the authority that it names. */
export const readAskedFor = (argv: readonly string[]): AskedFor => {
  const { onboarding, broker, scm, denied = false, ca, local } = parsed(argv)
  if (ca !== undefined) trust(ca)
  const stack = local === undefined ? undefined : readLocalStack(local)
  const apps = {
    onboarding: baseAddress('--onboarding', onboarding ?? stack?.onboarding),
    broker: baseAddress('--broker', broker ?? stack?.broker),
  }
  const sites = scm?.map((one) => baseAddress('--scm', one)) ?? Object.values(apps).flatMap(scmOf)
  return { ...apps, scm: sites, isDenied: denied }
}

const parsed = (argv: readonly string[]) => {
  try {
    return parseArgs({ args: [...argv], options }).values
  } catch (thrown) {
    throw wronglyTyped(`${thrown instanceof Error ? thrown.message : String(thrown)}\n${usage}`)
  }
}

const trust = (file: string): void => {
  try {
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(file, 'utf8')])
  } catch {
    throw new Failure(`${file} is no certificate in PEM, or is not there`)
  }
}

const addressSchema = z.url({ protocol: /^https$/ }).regex(/^[^?#@\\\s]*$/)

const baseAddress = (flag: string, text: string | undefined): string => {
  if (text === undefined) throw wronglyTyped(`${flag} is missing\n${usage}`)
  if (!addressSchema.safeParse(text).success) throw wronglyTyped(`${flag} must be https://...`)
  return text.replace(/\/+$/, '')
}

// {app}.azurewebsites.net has its deployment site at {app}.scm.azurewebsites.net, in each cloud.
const scmOf = (address: string): string[] => {
  const [, app, suffix] =
    /^https:\/\/([a-z0-9-]+)\.((?:[a-z0-9-]+\.)?(?:azurewebsites\.(?:net|us)|chinacloudsites\.cn))$/i.exec(
      address,
    ) ?? []
  return app === undefined || suffix === undefined ? [] : [`https://${app}.scm.${suffix}`]
}
