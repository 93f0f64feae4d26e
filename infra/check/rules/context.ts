import type { Templates } from '../bicep/templates.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { At, Finding } from '../finding.ts'
import type { Schemas } from '../schema/read-schemas.ts'

/** What the rest of the repository says the templates must provide. */
export type Product = {
  /** Names of the settings that `shared/config.ts` reads, by app. */
  settings: Record<AppName, readonly string[]>
  tables: readonly string[]
  /** With those of what failed too often. */
  queues: readonly string[]
}

export type AppName = 'onboarding' | 'broker'

/** What a rule looks at. */
export type Context = {
  templates: Templates
  schemas: Schemas
  product: Product
  /** What the parameters' defaults deploy. */
  usual: Deployment
  /** What any parameters may deploy. */
  possible: Deployment
  /** The same while every list of addresses is empty: nobody may come in from outside. */
  shut: Deployment
}

/** The parameters of main.bicep by which somebody is let in. */
export const addressLists = [
  'callerAddresses',
  'managementAddresses',
  'deployerAddresses',
  'operatorAddresses',
]

export type Rule = (context: Context) => Finding[]

/** A finding of a rule at a place. */
export const breach =
  (rule: string) =>
  (at: At, says: string): Finding => ({ file: at.file, line: at.line, rule, says })
