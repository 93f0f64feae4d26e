import type { Directory } from '../directory.ts'
import type { Certificates } from '../kit/certificates.ts'
import type { Parts } from './parts.ts'
import type { StackFacts } from './stack-facts.ts'

export type StackDescription = {
  directory: Directory
  parts: Parts
  certificates: Pick<Certificates, 'caFile'>
  addresses: { onboarding: string; broker: string }
  brokers: string[]
}

/** What stack.json will tell of the running parts. */
export const describeStack = (stack: StackDescription): StackFacts => {
  const { directory, parts, certificates, addresses, brokers } = stack
  return {
    ...addresses,
    brokers,
    entra: parts.entra.address,
    vault: parts.vault.address,
    apis: {
      partnerCenter: parts.apis.partnerCenter.address,
      graph: parts.apis.graph.address,
      arm: parts.apis.arm.address,
    },
    storage: parts.storage.connectionString,
    tables: parts.storage.tables,
    queues: parts.storage.queues,
    ca: certificates.caFile,
    brokerAudience: directory.brokerApi.audience,
    brokerTenant: directory.operatorTenant,
    callers: directory.callers,
    partners: directory.partners,
    customers: directory.customers,
    people: directory.people,
  }
}
