import { createInterface } from 'node:readline'
import { Failure } from './failure.ts'

/** Asks before something that stops issuing; `yes` has the answer already. */
export const asker =
  ({ yes, ask }: { yes: boolean; ask: boolean }) =>
  async (question: string): Promise<void> => {
    if (yes) return
    if (!ask && !process.stdin.isTTY) {
      throw new Failure(
        `${question}\nThere is no terminal to ask on: nothing was done. Add --yes, or --ask and the answer on standard input.`,
      )
    }
    process.stderr.write(`${question}\nType yes to go on: `)
    if ((await firstLine()).trim().toLowerCase() !== 'yes') throw new Failure('Nothing was done.')
  }

const firstLine = async (): Promise<string> => {
  const lines = createInterface({ input: process.stdin })
  try {
    for await (const line of lines) return line
    return ''
  } finally {
    lines.close()
    process.stdin.unref()
  }
}
