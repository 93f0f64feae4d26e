import * as z from 'zod'

const recordSchema = z.looseObject({
  method: z.string(),
  path: z.string(),
  form: z.record(z.string(), z.string()),
  status: z.number(),
})

export type Recorded = z.output<typeof recordSchema>

/** What a local part was asked with a path that holds `inPath`, oldest first. */
export const recorded = async (address: string, inPath: string): Promise<Recorded[]> => {
  const answer = await fetch(`${new URL(address).origin}/_local/requests`)
  const all = z.array(recordSchema).parse(await answer.json())
  return all.filter(({ path }) => path.toLowerCase().includes(inPath.toLowerCase()))
}

/** The newest that each of these was asked: the same again when nothing was asked since. */
export const newestOf = (addresses: readonly string[]): Promise<(Recorded | undefined)[]> =>
  Promise.all(addresses.map(async (address) => (await recorded(address, '')).at(-1)))

/** How often Entra was asked to redeem by this grant type at that tenant. */
export const redemptions = async (
  { entra }: { entra: string },
  tenant: string,
  grantType: 'authorization_code' | 'refresh_token',
): Promise<number> => {
  const asked = await recorded(entra, `/${tenant}/oauth2/v2.0/token`)
  return asked.filter(({ form }) => form['grant_type'] === grantType).length
}

/** How many secrets of this partner were written to the vault. */
export const secretsWritten = async (
  { vault }: { vault: string },
  partner: string,
): Promise<number> => {
  const asked = await recorded(vault, partner)
  return asked.filter(({ method, status }) => method === 'PUT' && status === 200).length
}
