import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { BrokerError } from '../../shared/broker/broker-error.ts'
import { openCircuit } from '../../shared/azure/circuit.ts'
import { guardedDoor, type Door } from '../../shared/azure/guarded-door.ts'
import { withinBudget } from '../../shared/azure/time-budget.ts'
import { httpFailure } from '../../shared/azure/trouble.ts'

// Time is virtual here: the properties hold for every delay, and no test waits.
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

type Answer = { afterMs: number; status?: number; retryAfter?: string; hangs?: boolean }

const say = (answer: Answer): Promise<string> =>
  new Promise((resolve, reject) => {
    if (answer.hangs) return
    setTimeout(() => {
      const { status = 200, retryAfter } = answer
      const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
      if (status === 200) resolve('answer')
      else reject(httpFailure(new Response('', { status, headers })))
    }, answer.afterMs)
  })

/** A dependency that gives these answers in turn, then good ones. */
const dependency = (answers: Answer[]) => {
  const asked: number[] = []
  const call = () => {
    asked.push(performance.now())
    return say(answers[asked.length - 1] ?? { afterMs: 1 })
  }
  return { asked, call }
}

const outcomeOf = async (run: Promise<string>) =>
  run.then(
    (value) => ({ value, at: performance.now() }),
    (thrown: unknown) => {
      if (!(thrown instanceof BrokerError)) throw thrown
      return { error: thrown, at: performance.now() }
    },
  )

const settle = async (run: () => Promise<string>) => {
  const outcome = outcomeOf(run())
  await vi.runAllTimersAsync()
  return outcome
}

const vaultDoor = () => guardedDoor({ dependency: 'vault', timeoutMs: 5_000 })

const ask = (door: Door, answers: Answer[]) => {
  const one = dependency(answers)
  return settle(() => door(one.call)).then((outcome) => ({ ...outcome, asked: one.asked.length }))
}

const bad = (status: number, retryAfter?: string): Answer => ({
  afterMs: 5,
  status,
  ...(retryAfter !== undefined && { retryAfter }),
})

describe('a retry', () => {
  test.each([408, 429, 500, 502, 503, 504])(
    'comes after %i, and its answer counts',
    async (status) => {
      expect(await ask(vaultDoor(), [bad(status)])).toMatchObject({ value: 'answer', asked: 2 })
    },
  )

  test.each([400, 401, 403, 404, 409, 412, 501])('never comes after %i', async (status) => {
    expect(await ask(vaultDoor(), [bad(status)])).toMatchObject({
      asked: 1,
      error: { code: 'upstream_unavailable', detail: { reason: `vault_${status}` } },
    })
  })

  test('comes after an answer that did not come in time', async () => {
    expect(await ask(vaultDoor(), [{ afterMs: 0, hangs: true }])).toMatchObject({
      value: 'answer',
      asked: 2,
    })
  })

  test('is not tried more than twice', async () => {
    const answers = Array.from({ length: 9 }, () => bad(503))
    expect(await ask(vaultDoor(), answers)).toMatchObject({
      asked: 3,
      error: { code: 'upstream_unavailable' },
    })
  })

  test('waits as long as the dependency says', async () => {
    const one = dependency([bad(429, '2')])
    const door = vaultDoor()
    expect(await settle(() => door(one.call))).toMatchObject({ value: 'answer' })
    expect((one.asked[1] ?? 0) - (one.asked[0] ?? 0)).toBeGreaterThanOrEqual(2_000)
  })

  test('is left to the caller when the dependency asks for longer, and never for too long', async () => {
    expect(await ask(vaultDoor(), [bad(429, '7')])).toMatchObject({
      asked: 1,
      error: { code: 'throttled', detail: { retryAfterSeconds: 7 } },
    })
    expect(await ask(vaultDoor(), [bad(503, '3600')])).toMatchObject({
      asked: 1,
      error: { detail: { retryAfterSeconds: 30 } },
    })
    // A worker, unlike a caller, can wait for as long as it is asked.
    expect(await ask(vaultDoor(), [bad(429, '300')])).toMatchObject({
      asked: 1,
      error: { detail: { retryAfterSeconds: 30, askedSeconds: 300 } },
    })
  })

  test('is not multiplied with those of the broker or of the identity SDK', async () => {
    for (const name of ['broker', 'identity'] as const) {
      const door = guardedDoor({ dependency: name, timeoutMs: 5_000 })
      expect(await ask(door, [bad(503)])).toMatchObject({ asked: 1 })
    }
  })
})

describe('the budget of a request', () => {
  const answers = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 8_000 }),
      status: fc.constantFrom(200, 404, 408, 429, 500, 503),
      retryAfter: fc.option(fc.constantFrom('0', '1', '2', '3', '60'), { nil: undefined }),
      hangs: fc.boolean(),
    }),
    { maxLength: 12 },
  )

  test('holds for all calls beneath it together, whatever they meet', async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.integer({ min: 100, max: 15_000 }), async (plan, budgetMs) => {
        const one = dependency(
          plan.map(({ retryAfter, ...rest }) => ({ ...rest, ...(retryAfter && { retryAfter }) })),
        )
        const [tables, vault] = [
          guardedDoor({ dependency: 'tables', timeoutMs: 5_000 }),
          guardedDoor({ dependency: 'vault', timeoutMs: 5_000 }),
        ]
        const startedAt = performance.now()
        const outcome = await settle(() =>
          withinBudget(budgetMs, async () => {
            await tables(one.call)
            return vault(one.call)
          }),
        )
        expect(outcome.at - startedAt).toBeLessThanOrEqual(budgetMs + 1)
        for (const askedAt of one.asked) expect(askedAt - startedAt).toBeLessThan(budgetMs)
        expect(one.asked.length).toBeLessThanOrEqual(6)
      }),
      { numRuns: 300 },
    )
  })

  test('lets no retry begin that could hardly finish', async () => {
    const one = dependency([{ afterMs: 700, status: 503 }])
    const door = vaultDoor()
    expect(await settle(() => withinBudget(1_000, () => door(one.call)))).toMatchObject({
      error: { code: 'upstream_unavailable' },
    })
    expect(one.asked).toHaveLength(1)
  })

  test('that is used up asks nothing', async () => {
    const one = dependency([])
    const door = vaultDoor()
    expect(await settle(() => withinBudget(0, () => door(one.call)))).toMatchObject({
      error: { code: 'upstream_unavailable', detail: { reason: 'vault_out_of_time' } },
    })
    expect(one.asked).toHaveLength(0)
  })
})

const failing = async (door: Door, times: number, status = 503) => {
  for (let time = 0; time < times; time++) {
    // Retry-After keeps each call to one try.
    await ask(door, [bad(status, '60')])
  }
}

describe('the circuit breaker', () => {
  test('opens after twenty failures in a row and asks nothing while it is open', async () => {
    const door = vaultDoor()
    await failing(door, 20)
    const refused = await ask(door, [])
    expect(refused).toMatchObject({
      asked: 0,
      error: { code: 'upstream_unavailable', detail: { reason: 'vault_breaker_open' } },
    })
    expect('error' in refused && refused.error.detail.retryAfterSeconds).toBeLessThanOrEqual(2)
  })

  test('does not open after answers that mean something, however many', async () => {
    const door = vaultDoor()
    await failing(door, 19)
    await failing(door, 30, 404)
    await failing(door, 19)
    expect(await ask(door, [])).toMatchObject({ value: 'answer', asked: 1 })
  })

  test('stops the retries of a call once it opens', async () => {
    const door = vaultDoor()
    await failing(door, 18)
    expect(await ask(door, [bad(503), bad(503), bad(503)])).toMatchObject({ asked: 2 })
  })

  test('lets one call through after two seconds, and closes when that succeeds', async () => {
    const door = vaultDoor()
    await failing(door, 20)
    vi.advanceTimersByTime(2_000)
    const trial = dependency([{ afterMs: 400 }])
    const pending = outcomeOf(door(trial.call))
    expect(await settle(() => door(trial.call))).toMatchObject({
      error: { detail: { reason: 'vault_breaker_open' } },
    })
    expect(await pending).toMatchObject({ value: 'answer' })
    expect(trial.asked).toHaveLength(1)
    expect(await ask(door, [])).toMatchObject({ value: 'answer' })
  })

  test('opens again when that call fails', async () => {
    const door = vaultDoor()
    await failing(door, 20)
    vi.advanceTimersByTime(2_000)
    await failing(door, 1)
    expect(await ask(door, [])).toMatchObject({ asked: 0 })
  })

  test('does not count a time-out that only our own budget made short', async () => {
    const door = vaultDoor()
    const hanging: Answer = { afterMs: 0, hangs: true }
    const hasty = () => withinBudget(50, () => door(() => say(hanging)))
    for (let time = 0; time < 30; time++) await settle(hasty)
    expect(await ask(door, [])).toMatchObject({ value: 'answer', asked: 1 })
    await failing(door, 19)
    await settle(hasty)
    await failing(door, 1)
    expect(await ask(door, [])).toMatchObject({ asked: 0 })
  })

  test('is shared by the doors that are given it, and says when it opens and closes', async () => {
    const changes: string[] = []
    const circuit = openCircuit({ onChange: (state) => changes.push(state) })
    const [first, second] = [0, 1].map(() =>
      guardedDoor({ dependency: 'vault', timeoutMs: 5_000, circuit }),
    )
    if (!first || !second) throw new Error('there are no doors')
    await failing(first, 20)
    expect(await ask(second, [])).toMatchObject({ asked: 0 })
    vi.advanceTimersByTime(2_000)
    await ask(second, [])
    expect(changes).toEqual(['open', 'closed'])
  })
})

test('a fault of our own is neither retried nor counted', async () => {
  const door = vaultDoor()
  let asked = 0
  const broken = async () => {
    asked++
    throw new TypeError('undefined is not a function')
  }
  for (let time = 0; time < 10; time++) await settle(() => door(broken))
  expect(asked).toBe(10)
})
