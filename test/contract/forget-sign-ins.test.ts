import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attemptRows } from '../../shared/azure/tables/attempts.ts'
import { createTables } from '../../shared/azure/tables/create-tables.ts'
import { forgetEnded } from '../../shared/azure/tables/ended.ts'
import { sessionRows } from '../../shared/azure/tables/sessions.ts'
import { forgetSignIns } from '../../shared/broker/forget-sign-ins.ts'
import type { Rows } from '../../shared/broker/rows.ts'
import { startTables, type LocalTables } from './local-tables.ts'
import { sampleAttempt, sampleSession } from './samples.ts'

let tables: LocalTables
const now = Date.parse('2026-03-01T12:00:00.000Z')
const hourMs = 3600_000

const unreadable = (row: object) => {
  throw new Error(`unreadable: ${JSON.stringify(row)}`)
}

beforeAll(async () => {
  tables = await startTables()
  await createTables(tables.account)
})
afterAll(() => tables.stop())

/** Adds a row that expires then, and gives its key. */
const added = async <T extends { id: string; expiresAt: number }>(
  rows: Rows<T>,
  row: T,
): Promise<string> => {
  await rows.add(row)
  return row.id
}

const idsOf = async <T extends { id: string }>(rows: Pick<Rows<T>, 'list'>): Promise<string[]> =>
  (await rows.list({ size: 100 })).items.map(({ value }) => value.id)

const forgetting = () => ({
  forgetEnded: {
    attempts: forgetEnded(tables.account, 'attempts'),
    sessions: forgetEnded(tables.account, 'sessions'),
  },
  now: () => now,
})

describe('sign-ins that are over', () => {
  it('are forgotten: sessions at once, attempts when no callback can come any more', async () => {
    const sessions = sessionRows(tables.account, unreadable)
    const attempts = attemptRows(tables.account, unreadable)
    const session = (left: number) => ({ ...sampleSession(), expiresAt: now + left })
    const attempt = (left: number) => ({ ...sampleAttempt(), expiresAt: now + left })
    const live = await added(sessions, session(1))
    await Promise.all([-1, -hourMs, -400 * 24 * hourMs].map((left) => sessions.add(session(left))))
    const open = await added(attempts, attempt(1))
    const answered = await added(attempts, attempt(1 - hourMs))
    await Promise.all([-1 - hourMs, -9 * hourMs].map((left) => attempts.add(attempt(left))))

    expect(await forgetSignIns(forgetting())).toBe('done')
    expect(await idsOf(sessions)).toEqual([live])
    expect((await idsOf(attempts)).toSorted()).toEqual([open, answered].toSorted())
  })

  it('are left for another run when there are very many', async () => {
    const { attempts } = forgetting().forgetEnded
    const rows = attemptRows(tables.account, unreadable)
    const flood = () => ({ ...sampleAttempt(), expiresAt: now - 2 * hourMs })
    const kept = await idsOf(rows)
    await Promise.all(Array.from({ length: 40 }, () => rows.add(flood())))
    expect(await attempts(now - hourMs, 40)).toBe('more')
    expect(await attempts(now - hourMs, 1000)).toBe('done')
    expect((await idsOf(rows)).toSorted()).toEqual(kept.toSorted())
  })
})
