import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { StackFacts } from '../../../local/stack/stack-facts.ts'
import { startStack } from '../../../local/stack/start-stack.ts'
import { timerByHand } from './timer-by-hand.ts'

/** The running stack, as `inject` hands it to a test. */
export type ProvidedStack = StackFacts & {
  stateFolder: string
  /** The certificate authority itself. */
  caPem: string
  /** The invitation made on a fresh state, for the first partner. */
  firstInvitation: { url: string; code: string }
  /**
   * A second broker on the same store: behind two proxies, with few redemptions for each caller, and
   * with the tenant of the foreign caller among those whose applications may ask for tokens.
   */
  strictBroker: string
  /** A second broker on the same store, which proves itself to Entra by a client secret. */
  secretBroker: string
}

/** What the strict broker lets each caller redeem in a minute. */
export const strictRedemptions = 6

const strictSettings = ({ brokerTenant, callers }: StackFacts) => ({
  TRUSTED_PROXIES: '2',
  CALLER_REDEMPTIONS_PER_MINUTE: String(strictRedemptions),
  CALLER_TENANTS: [...new Set([brokerTenant, ...callers.map(({ tenant }) => tenant)])].join(','),
})

declare module 'vitest' {
  interface ProvidedContext {
    stack: ProvidedStack
  }
}

/** One stack for all end-to-end tests, in a folder of its own, on free ports. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'stack-e2e-'))
  const stack = await startStack({ stateFolder, portBase: 0, brokerSettings: timerByHand })
  const { facts, invitation, directory, stop } = stack
  const strict = await stack.startSecondBroker(strictSettings(facts))
  const secretBroker = await stack.startSecondBroker({
    APP_CREDENTIAL: 'secret',
    APP_CLIENT_SECRET: directory.partnerApp.secrets[0] ?? '',
  })
  project.provide('stack', {
    ...facts,
    stateFolder,
    caPem: readFileSync(facts.ca, 'utf8'),
    firstInvitation: { url: invitation.url, code: invitation.code },
    strictBroker: strict.address,
    secretBroker: secretBroker.address,
  })
  return async () => {
    await stop()
    rmSync(stateFolder, { recursive: true, force: true, maxRetries: 5 })
  }
}
