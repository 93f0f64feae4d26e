import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import * as z from 'zod'
import { Failure } from './failure.ts'

const schema = z.object({
  onboarding: z.string(),
  broker: z.string(),
  entra: z.string(),
  tables: z.string(),
  ca: z.string(),
  brokerAudience: z.string(),
  brokerTenant: z.string(),
  callers: z.array(
    z.object({
      tenant: z.string(),
      clientId: z.string(),
      clientSecret: z.string(),
      roles: z.array(z.string()),
    }),
  ),
})

/** What a command needs of the embedded stack. */
export type LocalStack = z.output<typeof schema>

/** Reads `stack.json` and makes this process trust the stack's certificates. */
export const readLocalStack = (file: string): LocalStack => {
  const stack = readStack(file)
  // The path in the file is from the folder of the start; the certificate lies beside the file.
  const authority = readFileSync(join(dirname(file), basename(stack.ca)), 'utf8')
  setDefaultCACertificates([...getCACertificates('default'), authority])
  return stack
}

const readStack = (file: string): LocalStack => {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    throw new Failure(`No stack runs: ${file} is not there. Start one with npm start.`)
  }
}

/** The stack's caller that may manage. */
export const managingCaller = ({ callers }: LocalStack): LocalStack['callers'][number] => {
  const caller = callers.find(({ roles }) => roles.includes('Broker.Manage'))
  if (!caller) throw new Failure('the local directory holds no caller with Broker.Manage')
  return caller
}

const minted = z.object({ token: z.string() })
const storage = 'https://storage.azure.com'

/** A token for the stack's tables, from a test control: its Entra knows no other operator. */
export const localStorageToken = async ({ entra, brokerTenant }: LocalStack): Promise<string> => {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    aud: storage,
    iss: `https://sts.windows.net/${brokerTenant}/`,
    tid: brokerTenant,
    name: 'Local operator',
    iat: now,
    nbf: now,
    exp: now + 3600,
  }
  const body = JSON.stringify({ claims })
  const answer = await fetch(`${entra}/_local/mint`, { method: 'POST', body })
  return minted.parse(await answer.json()).token
}
