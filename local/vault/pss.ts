import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

// EMSA-PSS with SHA-256 (RFC 8017, section 9.1): node:crypto signs messages, Key Vault signs digests.
const hashBytes = 32
const saltBytes = 32
const trailer = Buffer.from([0xbc])

/** The encoded message of a SHA-256 digest, as long as the modulus. */
export const encodePss = (
  digest: Buffer,
  modulusBytes: number,
  salt: Buffer = randomBytes(saltBytes),
): Buffer => {
  const hash = hashOf(digest, salt)
  const padding = Buffer.alloc(modulusBytes - saltBytes - hashBytes - 2)
  const masked = mask(Buffer.concat([padding, Buffer.from([1]), salt]), hash)
  return Buffer.concat([masked, hash, trailer])
}

/** Whether `encoded` is the encoded message of `digest`. */
export const verifiesPss = (digest: Buffer, encoded: Buffer): boolean => {
  const hash = encoded.subarray(-hashBytes - 1, -1)
  const salt = mask(encoded.subarray(0, -hashBytes - 1), hash).subarray(-saltBytes)
  return timingSafeEqual(encodePss(digest, encoded.length, salt), encoded)
}

const hashOf = (digest: Buffer, salt: Buffer): Buffer =>
  createHash('sha256').update(Buffer.alloc(8)).update(digest).update(salt).digest()

/** XOR with MGF1 of `seed`; the topmost bit is cleared, so that the number stays below the modulus. */
const mask = (block: Buffer, seed: Buffer): Buffer => {
  const rounds = Array.from({ length: Math.ceil(block.length / hashBytes) }, (_, round) => {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(round)
    return createHash('sha256').update(seed).update(counter).digest()
  })
  const stream = Buffer.concat(rounds)
  return Buffer.from(block.map((byte, at) => (byte ^ (stream[at] ?? 0)) & (at === 0 ? 0x7f : 0xff)))
}
