import { createHmac } from 'node:crypto'
import { randomSecret, sha256Hex } from '../invitation.ts'
import { sameHash } from '../open-invitation.ts'
import type { Rows } from '../rows.ts'

/** One browser signed in to a partner's own pages. Times in milliseconds since the epoch. */
export type Session = {
  v: 1
  /** First 32 hexadecimal digits of the secret's SHA-256; also the row's key. */
  id: string
  /** The whole SHA-256 of the secret in the browser's cookie; the secret is kept nowhere. */
  secretHash: string
  partner: string
  /** Object id of the person. */
  objectId: string
  name?: string
  /** As her roles said when she signed in. */
  isAdmin: boolean
  startedAt: number
  expiresAt: number
}

/** How long a session lasts, used or not: her roles may change, and she signs in again quickly. */
export const sessionLifetimeMs = 15 * 60_000

type SessionPorts<V extends 'read' | 'add'> = {
  sessions: Pick<Rows<Session>, V>
  now: () => number
}

/** Opens a session and gives its secret, for the browser alone. */
export const openSession = async (
  { sessions, now }: SessionPorts<'add'>,
  who: Pick<Session, 'partner' | 'objectId' | 'name' | 'isAdmin'>,
): Promise<string> => {
  const secret = randomSecret()
  const startedAt = now()
  await sessions.add({
    v: 1,
    id: sessionIdOf(secret),
    secretHash: sha256Hex(secret),
    ...who,
    startedAt,
    expiresAt: startedAt + sessionLifetimeMs,
  })
  return secret
}

/** The session of a cookie; undefined when it is unknown or over. */
export const findSession = async (
  { sessions, now }: SessionPorts<'read'>,
  secret: string,
): Promise<Session | undefined> => {
  const session = (await sessions.read(sessionIdOf(secret)))?.value
  if (!session || !sameHash(session.secretHash, sha256Hex(secret))) return undefined
  return now() < session.expiresAt ? session : undefined
}

const sessionIdOf = (secret: string): string => sha256Hex(secret).slice(0, 32)

/**
 * What each form of a session must send back. It follows from the cookie's secret, which a forged form
 * does not know, so that nothing needs to be stored.
 */
export const csrfOf = (secret: string): string =>
  createHmac('sha256', secret).update('form of a partner page').digest('hex')

/** Whether a form came from a page of this session. */
export const isFormOf = (secret: string, csrf: string): boolean => sameHash(csrfOf(secret), csrf)
