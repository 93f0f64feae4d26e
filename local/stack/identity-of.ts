import type { Directory, ManagedIdentity } from '../directory.ts'

/** The managed identity of one app. */
export const identityOf = (
  { identities }: Pick<Directory, 'identities'>,
  name: ManagedIdentity['name'],
): ManagedIdentity => {
  const identity = identities.find((one) => one.name === name)
  if (!identity) throw new Error(`the directory holds no identity for ${name}`)
  return identity
}
