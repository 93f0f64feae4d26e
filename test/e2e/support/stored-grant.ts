import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { grantRow, tableOf, type Row } from './stored-rows.ts'

/** The partner's row of the grants; throws where there is none. */
export const grantOf = async (stack: StackFacts, partner: string): Promise<Row> => {
  const row = await grantRow(stack, partner)
  if (!row) throw new Error(`there is no grant of ${partner}`)
  return row
}

/** Rewrites some columns of the partner's grant, as nobody in the product would. */
export const rewriteGrant = async (
  stack: StackFacts,
  partner: string,
  change: (row: Row) => Record<string, unknown>,
): Promise<void> => {
  const row = await grantOf(stack, partner)
  const { partitionKey = '', rowKey = '' } = row
  await tableOf(stack, 'grants').updateEntity({ partitionKey, rowKey, ...change(row) }, 'Merge', {
    etag: row.etag,
  })
}

/** The version of the sealed refresh token that the row points to. */
export const sealedOf = (row: Row): { secretVersion: string; kid: string; sealedAt: string } =>
  JSON.parse(String(row['sealed']))

/** Makes the stored refresh token that old. */
export const letAge = (stack: StackFacts, partner: string, ageMs: number): Promise<void> =>
  rewriteGrant(stack, partner, (row) => {
    const sealedAt = new Date(Date.now() - ageMs).toISOString()
    return { sealed: JSON.stringify({ ...sealedOf(row), sealedAt }) }
  })

/** The vault secret of a generation. */
export const secretNameOf = (row: Row): string =>
  `refresh-token-${String(row['app'])}-${String(row['partner'])}-${String(row['generation'])}`

type Stored = { row: Row; versions: string[] }

/** All that is stored of a partner's grant: the row with its ETag, and the versions of the secret. */
export const storedOf = async (stack: StackFacts, partner: string): Promise<Stored> => {
  const row = await grantOf(stack, partner)
  return { row, versions: versionsOf(stack, secretNameOf(row)) }
}

const vaultSchema = z.object({
  secrets: z.array(
    z.object({ name: z.string(), versions: z.array(z.object({ version: z.string() })) }),
  ),
})

// From the vault's file, written before each answer: the broker's own identity may not list.
const versionsOf = ({ ca }: Pick<StackFacts, 'ca'>, name: string): string[] => {
  const text = readFileSync(join(dirname(ca), 'vault.json'), 'utf8')
  const secret = vaultSchema.parse(JSON.parse(text)).secrets.find((one) => one.name === name)
  return (secret?.versions ?? []).map(({ version }) => version).toSorted()
}
