import type { Directory } from '../directory.ts'
import { redemptionAccount, type Account } from '../entra/accounts.ts'
import type { Claims } from './bearer.ts'

/** The person whose token this is, as the token's tenant sees her now; nothing for an application. */
export const accountOf = (directory: Directory, { oid, tid }: Claims): Account | undefined =>
  directory.people
    .map((person) => redemptionAccount(directory, person, tid))
    .find((account) => account?.objectId === oid)
