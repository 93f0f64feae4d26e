import * as z from 'zod'
import type { Change } from './difference.ts'

const schema = z.looseObject({
  id: z.string(),
  name: z.string(),
  issuer: z.string(),
  subject: z.string(),
  audiences: z.array(z.string()),
})

/** A federated credential, as Graph has it. */
export type FederatedCredential = z.output<typeof schema>

export const readFederatedCredentials = (items: unknown[]): FederatedCredential[] =>
  z.array(schema).parse(items)

/** Whose tokens are taken as proof of being the application. */
export type Trusted = { issuer: string; subject: string; audience: string }

export type FederationDifference = {
  make: object | undefined
  mend: { id: string; body: object } | undefined
  changes: Change[]
  left: string[]
}

type Asked = {
  on: string
  is: readonly FederatedCredential[]
  should: Trusted | undefined
  /** Entra renames none, so each deployment that shares the application has one of its own. */
  name: string
}

/** What is lacking so that the broker's identity, and no secret, proves the application. */
export const federationDifference = ({
  on,
  is,
  should,
  name: ourName,
}: Asked): FederationDifference => {
  const fitting = should && is.find((one) => isFitting(one, should))
  const ours = fitting ?? is.find(({ name }) => name === ourName)
  const left = is
    .filter((one) => one !== ours)
    .map(
      ({ name, issuer, subject }) =>
        `${on}: federated credential ${name} (${issuer}, ${subject}): that identity can be the application. Remove it, unless it is yours`,
    )
  if (!should || fitting) return { make: undefined, mend: undefined, changes: [], left }
  const { issuer, subject, audience } = should
  const body = { issuer, subject, audiences: [audience], description: "The broker's own identity." }
  const what = `federated credential of the broker's identity ${subject}, ${issuer}, ${audience}`
  const why = 'the broker proves the application without any secret'
  return {
    make: ours ? undefined : { name: ourName, ...body },
    mend: ours && { id: ours.id, body },
    changes: [{ on, what: ours ? `${what}, instead of ${ours.subject}` : what, why }],
    left,
  }
}

const isFitting = (one: FederatedCredential, { issuer, subject, audience }: Trusted): boolean =>
  one.issuer === issuer && one.subject === subject && one.audiences.join() === audience
