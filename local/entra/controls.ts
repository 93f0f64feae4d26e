import * as z from 'zod'
import type { LocalAnswer, LocalRequest } from '../kit/part.ts'
import { consentControl, consentSchema } from './consent-control.ts'
import type { Entra } from './context.ts'
import { changesSchema, type DirectoryChanges } from './directory-changes.ts'
import { mint, mintSchema } from './mint.ts'
import { nextAnswerSchema } from './next-answers.ts'

type ChangeDirectory = (changes: DirectoryChanges) => void
type Control = (entra: Entra, body: Buffer) => Promise<LocalAnswer> | LocalAnswer

const done: LocalAnswer = { status: 204 }
const revokeSchema = z.strictObject({ username: z.string() })

/** The test controls of the local Entra beyond those of every local part (`/_local/…`). */
export const createControls = (changeDirectory: ChangeDirectory) => {
  const all: Record<string, Control> = {
    ...controls,
    'POST /_local/directory': ({ directory }, body) => {
      changeDirectory(changesSchema.parse(json(body)))
      return { status: 200, body: directory }
    },
  }
  return async (entra: Entra, request: LocalRequest): Promise<LocalAnswer> => {
    const control = all[`${request.method} ${request.url.pathname}`]
    if (!control) return { status: 404, body: { error: 'no such test control' } }
    try {
      return await control(entra, request.body)
    } catch (error) {
      const text = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
      return { status: 400, body: { error: text } }
    }
  }
}

const controls: Record<string, Control> = {
  'GET /_local/directory': ({ directory }) => ({ status: 200, body: directory }),
  'POST /_local/revoke': (entra, body) => revoke(entra, revokeSchema.parse(json(body)).username),
  'POST /_local/consent': (entra, body) => {
    consentControl(entra, consentSchema.parse(json(body)))
    return done
  },
  'POST /_local/mint': async (entra, body) => ({
    status: 200,
    body: { token: await mint(entra, mintSchema.parse(json(body))) },
  }),
  'POST /_local/next': (entra, body) => {
    entra.next.order(nextAnswerSchema.parse(json(body)))
    return done
  },
  'DELETE /_local/next': (entra) => {
    entra.next.clear()
    return done
  },
}

const json = (body: Buffer): unknown => JSON.parse(body.toString('utf8'))

const revoke = (entra: Entra, username: string): LocalAnswer => {
  const person = entra.directory.people.find((one) => one.username === username)
  if (!person) return { status: 404, body: { error: `nobody is called ${username}` } }
  entra.records.revoke(person.objectId, entra.nowMs())
  return done
}
