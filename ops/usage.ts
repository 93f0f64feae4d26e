import type { Command } from './command.ts'
import { commands } from './commands.ts'

const common = `Every command takes
  --broker URL             the broker's address (BROKER_URL)
  --broker-audience URI    its application ID URI (BROKER_AUDIENCE)
  --local [stack.json]     the stack of npm start instead, as its manager; default .local/stack.json
  --tenant ID              the tenant to sign in at (OPS_TENANT)
  --device-code            sign in as a person by device code
  --authority URL          another authority host (ENTRA_AUTHORITY)
  --json                   the answer as JSON
  --yes                    do not ask before something that stops issuing
  --ask                    ask without a terminal too: the answer is read from standard input
Who signs in: the person of az login; or with --device-code a person in a browser; or an application
with OPS_TENANT, OPS_CLIENT_ID and OPS_CLIENT_SECRET or OPS_CLIENT_CERTIFICATE (a PEM file).
Audiences: partner-center, graph, arm, or a resource address.
Ends with 0 done, 1 refused or failed, 2 wrongly typed.`

/** How to use one command. */
export const usageOf = (name: string, { usage, does }: Command): string =>
  `usage: npm run -s ops -- ${`${name} ${usage}`.trim()}\n  ${does}`

/** How to use all of them. */
export const usage = (): string => {
  const lines = Object.entries(commands)
    .filter(([name]) => !name.endsWith(' list') || name === 'lockdown list')
    .map(([name, { usage: form, does }]) => `  ${`${name} ${form}`.trim()}\n      ${does}`)
  return `usage: npm run -s ops -- COMMAND\n\n${lines.join('\n')}\n\n${common}`
}
