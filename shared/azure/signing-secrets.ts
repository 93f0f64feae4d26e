import { Webhook } from 'standardwebhooks'

/** What signs events: one for each secret that is there, at least one. */
export type Signers = () => Promise<readonly Webhook[]>

export type SigningSource = {
  /** Names of vault secrets. */
  names: readonly string[]
  readSecret: (name: string) => Promise<string | undefined>
  /** Told of a secret that is not there, or is none. */
  onUnusable: (name: string) => void
  now: () => number
}

// A new secret is used after this time; the receiver must know it before it is put there.
const keptMs = 5 * 60_000
const fewestBytes = 24

/**
 * Signers by the vault's secrets, read again every five minutes. During an exchange there are
 * several, and a receiver that knows one of them is content.
 */
export const vaultSigners = ({ names, readSecret, onUnusable, now }: SigningSource): Signers => {
  let kept: { signers: readonly Webhook[]; at: number } | undefined
  const read = async (name: string): Promise<Webhook[]> => {
    const signer = signerOf((await readSecret(name)) ?? '')
    if (!signer) onUnusable(name)
    return signer ? [signer] : []
  }
  return async () => {
    if (kept && now() - kept.at < keptMs) return kept.signers
    const at = now()
    const signers = (await Promise.all(names.map(read))).flat()
    // An unsigned event would teach receivers to take one from anybody.
    if (signers.length === 0) throw new Error('no signing secret')
    kept = { signers, at }
    return signers
  }
}

/** The one signer by a value in the settings. */
export const fixedSigner = (secret: string): Signers => {
  const signers = [new Webhook(secret)]
  return async () => signers
}

const pattern = /^(?:whsec_)?([A-Za-z0-9+/]+={0,2})$/

const signerOf = (secret: string): Webhook | undefined => {
  const base64 = pattern.exec(secret.trim())?.[1] ?? ''
  if (Buffer.from(base64, 'base64').length < fewestBytes) return undefined
  try {
    return new Webhook(base64)
  } catch {
    return undefined
  }
}
