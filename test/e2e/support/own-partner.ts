import { randomBytes, randomUUID } from 'node:crypto'
import type { CallerApplication, Person } from '../../../local/directory.ts'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'

/** A partner tenant of one test's own, with its people and one customer. */
export type OwnPartner = {
  name: string
  tenant: string
  customer: { name: string; tenant: string }
  /** Administrator and agent, with MFA. */
  ada: Person
  /** Administrator and agent, without MFA. */
  ben: Person
  /** Neither administrator nor agent, with MFA. */
  dan: Person
  /** A second administrator and agent, with MFA. */
  fay: Person
  /** A guest, with MFA; her home is another tenant. */
  eve: Person
  /** Administrator and agent of another partner, with MFA. */
  cleo: Person
}

type PersonFacts = Pick<Person, 'tenant' | 'mfa' | 'admin' | 'agent'> & { guestIn?: string }

/** Adds to the local directory a partner that no other test knows. */
export const ownPartner = async (stack: Pick<StackFacts, 'entra'>): Promise<OwnPartner> => {
  const [tenant, other, guestHome, customer] = [1, 2, 3, 4].map(() => randomUUID())
  if (!tenant || !other || !guestHome || !customer) throw new Error('no randomness')
  const tag = tenant.slice(0, 8)
  const person = (name: string, facts: PersonFacts): Person => ({
    name: `${name} ${tag}`,
    username: `${name.toLowerCase()}@${tag}.example`,
    objectId: randomUUID(),
    ...facts,
  })
  const agent = { tenant, mfa: true, admin: true, agent: true }
  const nobody = { mfa: true, admin: false, agent: false }
  const people = {
    ada: person('Ada', agent),
    ben: person('Ben', { ...agent, mfa: false }),
    dan: person('Dan', { tenant, ...nobody }),
    fay: person('Fay', agent),
    eve: person('Eve', { tenant: guestHome, guestIn: tenant, ...nobody }),
    cleo: person('Cleo', { ...agent, tenant: other }),
  }
  const name = `Partner ${tag}`
  const own = { name: `Customer ${tag}`, tenant: customer }
  await changeDirectory(stack, {
    partners: [
      { name, tenant },
      { name: `Other partner ${tag}`, tenant: other },
    ],
    customers: [{ ...own, partner: tenant }],
    people: Object.values(people),
  })
  return { name, tenant, customer: own, ...people }
}

/** Adds a caller application with these app roles; in the operator's tenant unless told otherwise. */
export const ownCaller = async (
  stack: Pick<StackFacts, 'entra' | 'brokerTenant'>,
  roles: string[],
  tenant = stack.brokerTenant,
): Promise<CallerApplication> => {
  const clientId = randomUUID()
  const clientSecret = randomBytes(30).toString('base64url')
  const caller = { name: `Caller ${clientId.slice(0, 8)}`, tenant, clientId, clientSecret, roles }
  await changeDirectory(stack, { callers: [caller] })
  return caller
}

/** Changes the local directory: partners, customers, callers, people. */
export const changeDirectory = (
  stack: Pick<StackFacts, 'entra'>,
  changes: object,
): Promise<unknown> => control(`${stack.entra}/_local/directory`, changes)

/** One test control of a local part, by its whole address, such as `…/_local/faults`. */
export const control = async (address: string, body: object): Promise<unknown> => {
  const answer = await fetch(address, { method: 'POST', body: JSON.stringify(body) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
