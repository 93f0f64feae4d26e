import * as z from 'zod'
import type { Shown } from './command.ts'
import { printable } from './text.ts'

const schema = z.looseObject({
  partner: z.string(),
  generation: z.number(),
  effectiveWithinSeconds: z.number(),
  finished: z.boolean(),
  stillLives: z.array(
    z.looseObject({ what: z.string(), until: z.string().optional(), detail: z.string() }),
  ),
  next: z.array(z.string()),
})

/** What a revocation did, what still lives and until when, and what to do next. */
export const shownRevoked = (body: unknown): Shown => {
  const { partner, generation, effectiveWithinSeconds, stillLives, next } = schema.parse(body)
  const lines = [
    `Partner ${partner} is revoked up to generation ${generation}: no token on any instance within ${effectiveWithinSeconds} seconds.`,
    'Still lives:',
    ...stillLives.map(({ what, until, detail }) => `- ${what} ${untilWhen(until)}: ${detail}`),
    'Next:',
    ...next.map((step) => `- ${step}`),
  ]
  return { json: body, text: lines.map(printable).join('\n') }
}

const untilWhen = (until: string | undefined): string =>
  until === undefined ? 'until somebody ends it' : `until ${until}`
