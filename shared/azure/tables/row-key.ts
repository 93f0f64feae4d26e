import { createHash } from 'node:crypto'

const longest = 500

/**
 * Any text as a partition or row key, where `/ \ # ?` and control characters are forbidden and 1,024
 * characters are the limit: lower-case letters, digits and `-` stay, every other byte is `_` and two
 * hexadecimal digits, and what is too long becomes its SHA-256. No two texts give one key.
 */
export const encodeKey = (text: string): string => {
  if (text === '') return '_'
  const key = [...Buffer.from(text, 'utf8')].map(encodeByte).join('')
  return key.length <= longest ? key : `_sha256-${createHash('sha256').update(text).digest('hex')}`
}

const encodeByte = (byte: number): string => {
  const letter = String.fromCharCode(byte)
  return /[a-z0-9-]/.test(letter) ? letter : `_${byte.toString(16).padStart(2, '0')}`
}
