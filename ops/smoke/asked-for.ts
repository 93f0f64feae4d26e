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
                     those that azd knows (azd env get-values: ONBOARDING_APP, BROKER_APP,
                     SITE_SUFFIX), or of addresses such as https://app.azurewebsites.net
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

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the command line, and makes this process trust the authority that it names. */
export const readAskedFor = (argv: readonly string[], env: Environment): AskedFor => {
  const { onboarding, broker, scm, denied = false, ca, local } = parsed(argv)
  if (ca !== undefined) trust(ca)
  const stack = local === undefined ? undefined : readLocalStack(local)
  const apps = {
    onboarding: baseAddress('--onboarding', onboarding ?? stack?.onboarding),
    broker: baseAddress('--broker', broker ?? stack?.broker),
  }
  const found = local === undefined ? knownToAzd(env) : []
  const sites = found.length > 0 ? found : Object.values(apps).flatMap(scmOf)
  const named = scm?.map((one) => baseAddress('--scm', one))
  return { ...apps, scm: named ?? sites, isDenied: denied }
}

// An app with a domain of its own does not tell by its address where its deployment site is.
const knownToAzd = ({ ONBOARDING_APP, BROKER_APP, SITE_SUFFIX }: Environment): string[] =>
  ONBOARDING_APP && BROKER_APP && SITE_SUFFIX
    ? [ONBOARDING_APP, BROKER_APP].map((app) =>
        baseAddress('ONBOARDING_APP, BROKER_APP, SITE_SUFFIX', `https://${app}.scm.${SITE_SUFFIX}`),
      )
    : []

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
