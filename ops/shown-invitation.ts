import * as z from 'zod'
import type { Shown } from './command.ts'
import { printable } from './text.ts'

const schema = z.looseObject({
  id: z.string(),
  url: z.string(),
  expiresAt: z.string(),
  code: z.string(),
  message: z.looseObject({ subject: z.string(), text: z.string() }),
})

/** A new invitation, with the message to send. */
export const shownInvitation = (body: unknown): Shown => {
  const { id, url, expiresAt, code, message } = schema.parse(body)
  const head = [
    `Invitation ${id}, open until ${expiresAt}. The link is shown only now.`,
    `Link: ${url}`,
    `Code: ${code} (read it to the partner by telephone; do not mail it)`,
    '',
    `Subject: ${message.subject}`,
  ]
  const text = [...head, '', ...message.text.split('\n')].map(printable).join('\n')
  return { json: body, text }
}
