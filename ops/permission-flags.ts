import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { wronglyTyped } from './failure.ts'
import { audience, caller, list, moment, tenant } from './fields.ts'

const tenants = list.pipe(z.array(tenant))

/** The flags of `permissions put`, each one member of the permission. */
export const permissionFlags = z.object({
  '--file': z.string().optional(),
  '--caller': caller.optional(),
  '--partners': z.union([z.literal('any'), tenants]).optional(),
  '--audiences': list.pipe(z.array(audience)).optional(),
  '--customers': z.union([z.enum(['none', 'any']), tenants]).optional(),
  '--purposes': list.optional(),
  '--networks': list.optional(),
  '--not-after': moment.optional(),
  '--mode': z.string().optional(),
})

type PermissionFlags = z.output<typeof permissionFlags>

const fileSchema = z.looseObject({})

/** The body to put: the file's, with what the flags say instead. The broker checks it. */
export const permissionBody = (flags: PermissionFlags): Record<string, unknown> => {
  const [callerTenant, clientId] = flags['--caller']?.split('/') ?? []
  const said = {
    caller: callerTenant === undefined ? undefined : { tenant: callerTenant, clientId },
    partners: flags['--partners'],
    audiences: flags['--audiences'],
    customers: flags['--customers'],
    purposes: flags['--purposes'],
    networks: flags['--networks'],
    notAfter: flags['--not-after'],
    mode: flags['--mode'],
  }
  const members = Object.entries(said).filter(([, value]) => value !== undefined)
  const file = flags['--file'] === undefined ? {} : readBody(flags['--file'])
  if (members.length === 0 && flags['--file'] === undefined) {
    throw wronglyTyped('say what is permitted: by --file or by flags')
  }
  return { ...file, ...Object.fromEntries(members) }
}

// What `permissions get --json` printed is good to put again: its name is in the command.
const readBody = (file: string): Record<string, unknown> => {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8')
    const { name: _name, ...body } = fileSchema.parse(JSON.parse(text))
    return body
  } catch {
    throw wronglyTyped(`--file ${file} is no file with a JSON object`)
  }
}
