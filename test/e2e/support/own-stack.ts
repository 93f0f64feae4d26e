import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callerWithRole } from '../../../local/stack/caller-token.ts'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { startStack, type Stack, type StackOptions } from '../../../local/stack/start-stack.ts'
import type { Caller } from './ask-token.ts'
import { timerByHand } from './timer-by-hand.ts'

export type OwnStack = Stack & {
  stateFolder: string
  /** The first partner, for which a fresh stack has an invitation and a permission. */
  partner: string
  /** The first caller, whom that permission names. */
  caller: Caller
  /** The partner's administrator and agent, with MFA. */
  ada: StackFacts['people'][number]
}

/** A stack of the file's own, on a fresh state that is gone when it stops. */
export const ownStack = async (options: Partial<StackOptions> = {}): Promise<OwnStack> => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'stack-own-'))
  const brokerSettings = { ...timerByHand, ...options.brokerSettings }
  const stack = await startStack({ ...options, brokerSettings, stateFolder, portBase: 0 })
  const partner = stack.facts.partners[0]?.tenant ?? ''
  const ada = stack.facts.people.find(
    ({ tenant, mfa, admin }) => tenant === partner && mfa && admin,
  )
  if (!ada) throw new Error('the directory has no such person')
  return {
    ...stack,
    stateFolder,
    partner,
    caller: callerWithRole(stack.facts, 'Token.Issue'),
    ada,
    stop: async () => {
      await stack.stop()
      rmSync(stateFolder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
