import * as z from 'zod'
import { join } from 'node:path'
import type { ProvidedStack } from './global-setup.ts'
import { runOps, type Ran } from '../../ops/support/run-ops.ts'

/** The command line on the local stack, as its manager; `input` answers its question. */
export const stackOps =
  ({ stateFolder }: Pick<ProvidedStack, 'stateFolder'>) =>
  (args: string[], input?: string): Promise<Ran> =>
    runOps(
      [
        ...args,
        '--local',
        join(stateFolder, 'stack.json'),
        ...(input === undefined ? [] : ['--ask']),
      ],
      input === undefined ? {} : { input },
    )

/** What a command printed with `--json`. */
export const jsonOf = <T>({ stdout, stderr }: Ran, schema: z.ZodType<T>): T => {
  if (stdout === '') throw new Error(stderr)
  return schema.parse(JSON.parse(stdout))
}

export const listedSchema = z.strictObject({
  value: z.array(z.record(z.string(), z.unknown())),
  more: z.boolean(),
})
