import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { certificatesIn } from '../../../local/kit/certificates.ts'
import { trustAuthority } from '../../../local/stack/trust.ts'
import { applyRegistrations } from '../../../ops/registrations/apply.ts'
import { readAskedFor } from '../../../ops/registrations/asked-for.ts'
import { openGraph } from '../../../ops/registrations/graph.ts'
import { newRun } from '../../../ops/registrations/run.ts'
import { shownRun } from '../../../ops/registrations/shown.ts'
import type { Stored } from './graph-applications.ts'
import { runRegistrations, signedInByAz, type Ran } from './run-ops.ts'
import { identityOf, namesOf, olga, openSmallGraph, rita, tenant } from './small-graph.ts'

export const onboarding = 'https://onboarding.example'

/** Arguments for a tenant without registrations. */
export const fresh = ['--app-name', "Contoso's Marketplace", '--broker-name', 'Token broker']

/** Arguments that a deployment gives. */
export const deployed = Object.entries({
  '--onboarding-url': onboarding,
  '--broker-principal': identityOf.broker,
  '--onboarding-principal': identityOf.onboarding,
  '--operator': 'me',
  '--reader': rita.userPrincipalName,
}).flat()

export type Directory = Awaited<ReturnType<typeof openDirectory>>

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claims = { tid: tenant, scp: 'Directory.AccessAsUser.All', upn: olga.userPrincipalName }
const token = `${encode({ alg: 'none' })}.${encode(claims)}.signature`

const entitlement = z.looseObject({ id: z.string(), value: z.string(), isEnabled: z.boolean() })
const viewSchema = z.looseObject({
  appId: z.string(),
  web: z.looseObject({ redirectUris: z.array(z.string()) }),
  appRoles: z.array(entitlement),
  api: z.looseObject({ oauth2PermissionScopes: z.array(entitlement) }),
  requiredResourceAccess: z.array(
    z.object({ resourceAppId: z.string(), resourceAccess: z.array(z.looseObject({})) }),
  ),
})

/** A tenant's directory behind a small Graph, and the command that is run against it. */
export const openDirectory = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'registrations-'))
  const tls = await certificatesIn(folder)
  let graph = await openSmallGraph(tls)
  trustAuthority(readFileSync(tls.caFile, 'utf8'))
  const run = (args: string[], env: Record<string, string> = {}): Promise<Ran> =>
    runRegistrations([...args, '--graph', graph.address], {
      env: { ...signedInByAz(folder, token), NODE_EXTRA_CA_CERTS: tls.caFile, ...env },
    })
  /** The same without a process of its own: what the command would say of one pass. */
  const pass = async (args: readonly string[], isWhatIf: boolean): Promise<string> => {
    const { facts } = readAskedFor(args, {})
    const one = newRun(openGraph({ address: graph.address, token }), isWhatIf)
    await applyRegistrations(one, {
      facts,
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    })
    return shownRun(one)
  }
  /** The application that partners consent to, and the broker's own API: as they are stored. */
  const stored = (which: 'app' | 'broker'): Stored => {
    const one = graph.lists['/applications']?.[which === 'app' ? 0 : 1]
    if (!one) throw new Error('it is not there')
    return one
  }
  const view = (which: 'app' | 'broker') => viewSchema.parse(stored(which))
  const servicePrincipal = (): Stored => {
    const { appId } = view('broker')
    const one = graph.lists['/servicePrincipals']?.find((object) => object['appId'] === appId)
    if (!one) throw new Error('it is not there')
    return one
  }
  /** The command that finds both again. */
  const known = (): string[] => {
    const ids = { '--app-client-id': view('app').appId, '--broker-client-id': view('broker').appId }
    return ['apply', ...Object.entries(ids).flat(), ...deployed]
  }
  return {
    graph: () => graph,
    run,
    look: (args: readonly string[]) => pass(args, true),
    mend: (args: readonly string[]) => pass(args, false),
    stored,
    view,
    servicePrincipal,
    known,
    /** Makes everything once, and forgets that it was written. */
    made: async (): Promise<string[]> => {
      await pass(['apply', ...fresh, ...deployed], false)
      graph.writes.length = 0
      return known()
    },
    federated: (): Stored[] =>
      (graph.lists[`/applications/${stored('app').id}/federatedIdentityCredentials`] ??= []),
    /** Who holds which role of the broker's API. */
    assignments: (): Stored[] =>
      (graph.lists[`/servicePrincipals/${servicePrincipal().id}/appRoleAssignedTo`] ??= []),
    /** The same in words: `Broker.Manage {principal}`. */
    roles: (): string[] => {
      const held =
        graph.lists[`/servicePrincipals/${servicePrincipal().id}/appRoleAssignedTo`] ?? []
      const nameOf = (id: unknown) => view('broker').appRoles.find((role) => role.id === id)?.value
      return held.map((one) => `${nameOf(one['appRoleId'])} ${String(one['principalId'])}`)
    },
    /** The id that an API gives one of its delegated permissions. */
    permissionId: (resource: string, name: string): unknown => {
      const isOf = (one: Stored) => namesOf(one).some((own) => own.startsWith(resource))
      const api = graph.lists['/servicePrincipals']?.find(isOf)
      const scopes = z.array(z.object({ id: z.string(), value: z.string() }))
      return scopes.parse(api?.['oauth2PermissionScopes'] ?? []).find(({ value }) => value === name)
        ?.id
    },
    renew: async (): Promise<void> => {
      await graph.close()
      graph = await openSmallGraph(tls)
    },
    remove: async (): Promise<void> => {
      await graph.close()
      rmSync(folder, { recursive: true })
    },
  }
}
