import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  failedQueues,
  keepFailed,
  keepPoison,
  replayFailed,
  type FailedFacts,
  type FailedMessage,
} from '../../shared/broker/events/failed-message.ts'
import { failedView } from '../../shared/http/manage/failed-view.ts'
import { inMemoryRows, type WriteHooks } from '../contract/in-memory/rows.ts'

const facts: FailedFacts = {
  queue: 'rotation-partners',
  body: '{"v":1,"partner":"p"}',
  attempts: 5,
  reason: 'poison',
}

const world = (hooks: WriteHooks = {}) => {
  const failed = inMemoryRows<FailedMessage>(({ id }) => id, hooks)
  const kept: string[] = []
  const sent: { queue: string; message: object }[] = []
  let time = 0
  const onKept = ({ id }: FailedMessage) => void kept.push(id)
  const sender =
    (queue: string) =>
    async (message: object): Promise<void> => {
      sent.push({ queue, message })
    }
  const senders = {
    events: sender('events'),
    'rotation-shards': sender('rotation-shards'),
    'rotation-partners': sender('rotation-partners'),
    usage: sender('usage'),
  }
  return {
    failed,
    kept,
    sent,
    senders,
    keep: (given = facts) => keepFailed({ failed, onKept, now: () => ++time }, given),
    replay: (id: string, own = senders) => replayFailed({ failed, senders: own }, id),
    rows: async () => (await failed.list({ size: 100 })).items.map(({ value }) => value),
  }
}

describe('a message that failed', () => {
  it('is one row however often it comes, with the time of the last', async () => {
    const { keep, rows, kept } = world()
    await keep()
    await keep()
    expect(await rows()).toMatchObject([{ ...facts, at: 2 }])
    expect(kept).toHaveLength(2)
  })

  it('raises the alarm only once it is kept', async () => {
    const { keep, kept } = world({
      beforeWrite: () => {
        throw new Error('tables are away')
      },
    })
    await expect(keep()).rejects.toThrow('tables are away')
    expect(kept).toEqual([])
  })

  it('goes back into its queue where the host gave it up and it could not be kept', async () => {
    const back: unknown[] = []
    const sendBack = async (message: unknown, delayMs: number) => void back.push(message, delayMs)
    const message = { v: 1, partner: 'p' }
    const { keep, rows } = world()
    await keepPoison({ keep, sendBack }, facts, message)
    expect({ rows: await rows(), back }).toMatchObject({ rows: [facts], back: [] })
    const tablesAway = () => Promise.reject(new Error('tables are away'))
    await keepPoison({ keep: tablesAway, sendBack }, facts, message)
    expect(back).toEqual([message, 600_000])
    await expect(
      keepPoison({ keep: tablesAway, sendBack: tablesAway }, facts, message),
    ).rejects.toThrow()
  })

  it('goes back into its own queue, and its row is gone', async () => {
    const { keep, replay, kept, sent, rows } = world()
    await keep()
    expect(await replay(kept[0] ?? '')).toMatchObject(facts)
    expect(sent).toEqual([{ queue: 'rotation-partners', message: { v: 1, partner: 'p' } }])
    expect(await rows()).toEqual([])
    expect(await replay(kept[0] ?? '')).toBe('absent')
  })

  it('stays when the queue did not take it', async () => {
    const { keep, replay, kept, rows, senders } = world()
    await keep()
    const away = async () => {
      throw new Error('queues are away')
    }
    const broken = { ...senders, 'rotation-partners': away }
    await expect(replay(kept[0] ?? '', broken)).rejects.toThrow('queues are away')
    expect(await rows()).toHaveLength(1)
  })

  it('stays when it fails again before the replay is done', async () => {
    const { keep, replay, kept, rows, senders } = world()
    await keep()
    const again = () => keep()
    await replay(kept[0] ?? '', { ...senders, 'rotation-partners': again })
    expect(await rows()).toMatchObject([{ at: 2 }])
  })

  it.each(['no JSON', '"text"', '12', 'null', ''])(
    'that reads %j is not replayed',
    async (body) => {
      const { keep, replay, kept, sent, rows } = world()
      await keep({ ...facts, body })
      expect(await replay(kept[0] ?? '')).toBe('unreadable')
      expect(sent).toEqual([])
      expect(await rows()).toHaveLength(1)
    },
  )
})

test.each([
  ['rotation-shards', 'rotation'],
  ['rotation-partners', 'rotation'],
  ['usage', 'usage'],
  ['events', 'unreadable'],
] as const)('a message of %s that is no event is listed as %s', (queue, kind) => {
  expect(failedView({ ...facts, queue, v: 1, id: 'x', at: 0 })).toMatchObject({ kind })
})

test('whatever the body, a list can show it, and not what it holds', () => {
  const odd = fc.oneof(fc.string(), fc.json(), fc.constant('{"event":{"id":1},"webhook":"x"}'))
  fc.assert(
    fc.property(odd, fc.constantFrom(...failedQueues), (body, queue) => {
      const message = { ...facts, v: 1 as const, id: 'i', at: 0, queue, body }
      const view = failedView(message)
      expect(view).not.toHaveProperty('body')
      expect(['delivery', 'event', 'rotation', 'usage', 'unreadable']).toContain(view.kind)
    }),
  )
})
