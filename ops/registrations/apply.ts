import { randomUUID } from 'node:crypto'
import type { Facts } from './asked-for.ts'
import { brokerDifference, brokerName } from './broker-registration.ts'
import { askedResources, makeKnown, type AskedResource } from './delegated-permissions.ts'
import { ensureApplication, type Ensured } from './ensure-application.ts'
import { ensureFederation } from './ensure-federation.ts'
import { ensureRoles } from './ensure-roles.ts'
import { ensureServicePrincipal } from './ensure-service-principal.ts'
import { appName, partnerAppDifference } from './partner-app.ts'
import { findPerson, findService, type Principal } from './principals.ts'
import type { WantedRole } from './role-assignments.ts'
import { tell, type Run } from './run.ts'

export type Registrations = { app: Ensured; broker: Ensured }

type Asked = { facts: Facts; issuer: string }

/** Both registrations, their service principals, the trust and the roles: as they should be. */
export const applyRegistrations = async (run: Run, asked: Asked): Promise<Registrations> => {
  const { facts } = asked
  // Before anything is written: a name that is mistyped must not leave half of it done.
  const roles = await wantedRoles(run, facts)
  const app = await applyPartnerApp(run, asked)
  const broker = await ensureApplication(run, {
    on: brokerName,
    clientId: facts['--broker-client-id'],
    displayName: facts['--broker-name'],
    flags: { clientId: '--broker-client-id', displayName: '--broker-name' },
    difference: (is) =>
      brokerDifference(is, {
        letsOtherTenantsCall: facts['--other-tenants-call'],
        newId: randomUUID,
      }),
  })
  const servicePrincipal = await ensureServicePrincipal(run, {
    on: brokerName,
    clientId: broker.application.appId,
    isAssignmentRequired: true,
  })
  await ensureRoles(run, { broker, servicePrincipal, should: roles })
  return { app, broker }
}

const applyPartnerApp = async (run: Run, { facts, issuer }: Asked): Promise<Ensured> => {
  const resources = await resourcesOf(run)
  const onboardingUrl = facts['--onboarding-url']
  const subject = facts['--broker-principal']
  const isSingleTenant = facts['--single-tenant']
  const app = await ensureApplication(run, {
    on: appName,
    clientId: facts['--app-client-id'],
    displayName: facts['--app-name'],
    flags: { clientId: '--app-client-id', displayName: '--app-name' },
    difference: (is) => partnerAppDifference(is, { isSingleTenant, onboardingUrl, resources }),
  })
  const audience = facts['--federation-audience']
  await ensureFederation(run, app, {
    name: facts['--federation-name'],
    should: subject ? { issuer, subject, audience } : undefined,
  })
  if (isSingleTenant) {
    const clientId = app.application.appId
    await ensureServicePrincipal(run, { on: appName, clientId, isAssignmentRequired: false })
  }
  const later = 'after the deployment, with the values of azd (azd env get-values)'
  if (!onboardingUrl) run.todo.push(`its redirect addresses: --onboarding-url, ${later}`)
  if (!subject) run.todo.push(`its trust in the broker's identity: --broker-principal, ${later}`)
  return app
}

const resourcesOf = async (run: Run): Promise<AskedResource[]> => {
  const { known, unknown } = await askedResources(run.graph)
  for (const { displayName, reasons } of unknown) {
    tell(run, {
      changes: [
        {
          on: displayName,
          what: 'made known to this tenant',
          why: 'its permissions are asked for',
        },
        ...(run.isWhatIf ? Object.entries(reasons) : []).map(([name, why]) => ({
          on: appName,
          what: `delegated permission ${displayName} ${name}`,
          why,
        })),
      ],
    })
  }
  if (run.isWhatIf) return known
  const made: AskedResource[] = []
  for (const audience of unknown) made.push(await makeKnown(run.graph, audience))
  return [...known, ...made]
}

const wantedRoles = async (run: Run, facts: Facts): Promise<WantedRole[]> => {
  const { graph, todo } = run
  const people = (names: string[]) => Promise.all(names.map((name) => findPerson(graph, name)))
  const operators = await people(facts['--operator'])
  const readers = await people(facts['--reader'])
  const relay = facts['--onboarding-principal']
  const relays = relay === undefined ? [] : [await findService(graph, relay)]
  if (operators.length === 0) todo.push('who manages: --operator me, unless somebody does already')
  if (relay === undefined) {
    todo.push('the role of the onboarding app: --onboarding-principal, after the deployment')
  }
  return [
    ...relays.map((one) => to('Consent.Relay', 'the onboarding app hands over consents', one)),
    ...operators.map((one) => to('Broker.Manage', 'manages', one)),
    ...readers.map((one) => to('Broker.Read', 'looks', one)),
  ]
}

const to = (role: string, why: string, { id, who }: Principal): WantedRole => ({
  role,
  principalId: id,
  who,
  why,
})
