/** Every table of the broker: deployment makes them in Azure, `createTables` on this machine. */
export const tableNames = [
  'grants',
  'invitations',
  'attempts',
  'sessions',
  'policy',
  'audit',
  'rotation',
  'failed',
  'usage',
] as const

export type TableName = (typeof tableNames)[number]
