import * as z from 'zod'

/** An answer; or why there was none. */
export type Answer =
  | { status: number; headers: Headers; text: string; trouble?: undefined }
  | { status?: undefined; trouble: string }

export type Asked = {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
}

const patienceMs = 30_000

const causeSchema = z.object({
  cause: z.object({ code: z.string().optional(), message: z.string() }),
})

/** Asks once; follows nothing. */
export const visit = async (url: string, asked: Asked = {}): Promise<Answer> => {
  try {
    const answer = await fetch(url, {
      ...asked,
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  } catch (thrown) {
    const cause = causeSchema.safeParse(thrown).data?.cause
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    return { trouble: cause?.code ?? cause?.message ?? said }
  }
}

/** An answer in words, without anything of its body. */
export const wordsOf = (answer: Answer): string =>
  answer.trouble === undefined ? `status ${answer.status}` : `no answer (${answer.trouble})`

/** What is wrong when an answer must have one of these statuses; `undefined` when it has. */
export const unlessStatus = (answer: Answer, ...wanted: number[]): string | undefined =>
  answer.status !== undefined && wanted.includes(answer.status)
    ? undefined
    : `${wordsOf(answer)} instead of ${wanted.join(' or ')}`

/** A header; empty where there is none. */
export const headerOf = (answer: Answer, name: string): string =>
  answer.trouble === undefined ? (answer.headers.get(name) ?? '') : ''

/** The body; empty where there is none. */
export const textOf = (answer: Answer): string => (answer.trouble === undefined ? answer.text : '')
