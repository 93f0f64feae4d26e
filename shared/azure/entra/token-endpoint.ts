import { ConsecutiveBreaker } from 'cockatiel'
import { LRUCache } from 'lru-cache'
import { classifyEntraFailure } from '../../broker/classify-entra-failure.ts'
import type { EntraFailure } from '../../broker/redeem.ts'
import { openCircuit, type Circuit, type CircuitOptions, type Tried } from '../circuit.ts'
import { retrying } from '../retries.ts'
import { tellRetryAfter } from '../retry-after.ts'
import { timeLeftMs } from '../time-budget.ts'
import type { Trouble } from '../trouble.ts'
import { spreadBreaker } from './spread-breaker.ts'
import { readAnswer, type TokenAnswer } from './token-answer.ts'

/** One request to Entra's token endpoint for one partner; failures are values. */
export type AskEntra = (request: TokenRequest) => Promise<TokenAnswer>

export type TokenRequest = {
  url: string
  init: RequestInit
  /** Whose consent it is about: the trouble of one partner is no trouble of the others. */
  partner: string
  /** Only a refresh token can be redeemed twice; a code never is. */
  isRepeatable: boolean
}

// Two tries fit into the time of one request.
const timeoutMs = 6_000
const codeTimeoutMs = 10_000
// The answer must be a value before the budget ends whoever waits for it.
const marginMs = 100
const keptPartners = 2_000
// One partner's calls are few and mostly answered from the cache: this many failures in a row come
// only where somebody hammers.
const partnerFailuresInARow = 50

/**
 * Entra behind retries, a circuit for each partner and one for all. Throttling counts for the partner
 * alone: Entra throttles by tenant, application and account, so a 429 says nothing about the others.
 */
export const openTokenEndpoint = (options: Pick<CircuitOptions, 'onChange'> = {}): AskEntra => {
  const spread = spreadBreaker()
  const all = openCircuit({ ...options, breaker: spread.breaker })
  const partners = new LRUCache<string, Circuit>({ max: keptPartners })

  const circuitOf = (partner: string): Circuit => {
    const circuit =
      partners.get(partner) ??
      openCircuit({ breaker: new ConsecutiveBreaker(partnerFailuresInARow) })
    partners.set(partner, circuit)
    return circuit
  }
  const ask = async (request: TokenRequest): Promise<Tried<TokenAnswer>> => {
    const tried = await askOnce(request)
    if (tried.trouble && tried.counts) spread.failing(request.partner)
    return tried
  }
  const guarded = async (request: TokenRequest): Promise<Tried<TokenAnswer>> => {
    if (timeLeftMs() <= marginMs) return refused({ status: 0, error: 'out_of_time' })
    const own = await circuitOf(request.partner)(async () => {
      const through = await all(() => ask(request))
      return 'openMs' in through ? broken(through.openMs) : throttlingCounts(through)
    })
    return 'openMs' in own ? broken(own.openMs) : own
  }
  return async (request) => {
    const tried = await retrying(request.isRepeatable ? 1 : 0, () => guarded(request))
    return tried.settle()
  }
}

const throttlingCounts = <T>(tried: Tried<T>): Tried<T> =>
  tried.trouble?.kind === 'throttled' ? { ...tried, counts: true } : tried

const askOnce = async ({ url, init, isRepeatable }: TokenRequest): Promise<Tried<TokenAnswer>> => {
  const fullMs = isRepeatable ? timeoutMs : codeTimeoutMs
  const givenMs = Math.min(fullMs, timeLeftMs() - marginMs)
  const answer = await readAnswer(url, init, givenMs)
  const trouble = answer.failure && troubleIn(answer.failure)
  if (!trouble) return { settle: () => answer }
  const isCutShort = answer.failure?.status === 0 && givenMs < fullMs
  return {
    settle: () => answer,
    trouble,
    counts: trouble.kind === 'unavailable' && !isCutShort,
  }
}

const troubleIn = (failure: EntraFailure): Trouble | undefined => {
  const { scope, code } = classifyEntraFailure(failure, 'home')
  if (scope !== 'transient') return undefined
  const { retryAfterSeconds } = failure
  // Without a word of Entra's a throttled request is not repeated: that is what it throttles.
  if (code === 'throttled') {
    return { kind: 'throttled', retryAfterMs: (retryAfterSeconds ?? 5) * 1000 }
  }
  return {
    kind: 'unavailable',
    ...(retryAfterSeconds !== undefined && { retryAfterMs: retryAfterSeconds * 1000 }),
  }
}

type Refusal = Pick<EntraFailure, 'status' | 'error'>

const refused = (refusal: Refusal, waitMs?: number): Tried<TokenAnswer> => ({
  settle: () => ({
    failure: {
      ...refusal,
      errorCodes: [],
      ...(waitMs !== undefined && { retryAfterSeconds: tellRetryAfter(waitMs / 1000) }),
    },
  }),
})

const broken = (openMs: number) => refused({ status: 0, error: 'breaker_open' }, openMs)
