import type { Call } from './operation.ts'
import { attributesOf, recoverableDays } from './properties.ts'
import type { SecretVersion, StoredSecret } from './state.ts'

const daySeconds = 24 * 3600

/** One version of a secret without its value. */
export const propertiesOf = ({ origin, name }: Call, version: SecretVersion) => ({
  ...describe(version),
  id: `${origin}/secrets/${name}/${version.version}`,
})

/** One version of a secret with its value. */
export const bundleOf = (call: Call, version: SecretVersion) => ({
  ...propertiesOf(call, version),
  value: version.value,
})

/** A secret as the list of secrets names it: without version and value. */
export const summaryOf = ({ origin }: Call, { name, versions }: StoredSecret) => ({
  ...describe(versions.at(-1)),
  id: `${origin}/secrets/${name}`,
})

/** A deleted secret, without its value. */
export const deletedOf = ({ origin }: Call, { name, versions, deletedAt = 0 }: StoredSecret) => ({
  ...describe(versions.at(-1)),
  id: `${origin}/secrets/${name}/${versions.at(-1)?.version ?? ''}`,
  recoveryId: `${origin}/deletedsecrets/${name}`,
  deletedDate: deletedAt,
  scheduledPurgeDate: deletedAt + recoverableDays * daySeconds,
})

const describe = (version: SecretVersion | undefined) => ({
  contentType: version?.contentType,
  tags: version?.tags,
  attributes: version && attributesOf(version),
})
