import { describe, expect, it } from 'vitest'
import type { Rows, Stored, Written } from '../../shared/broker/rows.ts'

export type RowsSubject<T> = {
  rows: () => Rows<T>
  keyOf: (value: T) => string
  /** A new value under a new key. */
  sample: () => T
  /** The same value with something changed but its key. */
  change: (value: T) => T
  /** Runs a write whose first answer is lost after it was done; absent where no answer can be lost. */
  losingAnswer?: <R>(write: () => Promise<R>) => Promise<R>
}

/** The ETag of a write that took place. */
export const etagOf = (written: Written): string => {
  if (written === 'changed') throw new Error('the write lost a race')
  return written.etag
}

/** What every implementation of `Rows` does. Rows of other tests may stand in the same table. */
export const rowsContract = <T>(name: string, subject: RowsSubject<T>): void => {
  describe(name, () => {
    oneRow(subject)
    races(subject)
    lists(subject)
    if (subject.losingAnswer) lostAnswers(subject, subject.losingAnswer)
  })
}

const oneRow = <T>({ rows, keyOf, sample, change }: RowsSubject<T>): void => {
  it('reads an absent row as undefined', async () => {
    expect(await rows().read(keyOf(sample()))).toBeUndefined()
  })

  it('reads what was added, under the ETag that the write gave', async () => {
    const value = sample()
    const etag = etagOf(await rows().add(value))
    expect(await rows().read(keyOf(value))).toEqual({ value, etag })
  })

  it('does not add over a row that exists', async () => {
    const value = sample()
    const etag = etagOf(await rows().add(value))
    expect(await rows().add(change(value))).toBe('changed')
    expect(await rows().read(keyOf(value))).toEqual({ value, etag })
  })

  it('replaces the row whose ETag is given, each time under a new one', async () => {
    const value = sample()
    const first = etagOf(await rows().add(value))
    const second = etagOf(await rows().replace(change(value), first))
    expect(second).not.toBe(first)
    expect(await rows().read(keyOf(value))).toEqual({ value: change(value), etag: second })
  })

  it('changes nothing by a replace with a stale ETag', async () => {
    const value = sample()
    const stale = etagOf(await rows().add(value))
    const etag = etagOf(await rows().replace(change(value), stale))
    expect(await rows().replace(value, stale)).toBe('changed')
    expect(await rows().read(keyOf(value))).toEqual({ value: change(value), etag })
  })

  it('does not bring back a removed row by a replace', async () => {
    const value = sample()
    const etag = etagOf(await rows().add(value))
    await rows().remove(keyOf(value))
    expect(await rows().replace(value, etag)).toBe('changed')
    expect(await rows().read(keyOf(value))).toBeUndefined()
  })

  it('removes a row by its ETag, and not by a stale one', async () => {
    const value = sample()
    const stale = etagOf(await rows().add(value))
    const etag = etagOf(await rows().replace(change(value), stale))
    expect(await rows().remove(keyOf(value), stale)).toBe('changed')
    expect(await rows().read(keyOf(value))).toEqual({ value: change(value), etag })
    expect(await rows().remove(keyOf(value), etag)).toBe('removed')
    expect(await rows().read(keyOf(value))).toBeUndefined()
  })

  it('removes whatever is there without an ETag, and an absent row without an error', async () => {
    const value = sample()
    const etag = etagOf(await rows().add(value))
    expect(await rows().remove(keyOf(value))).toBe('removed')
    expect(await rows().read(keyOf(value))).toBeUndefined()
    expect(await rows().remove(keyOf(value))).toBe('removed')
    expect(await rows().remove(keyOf(value), etag)).toBe('removed')
  })

  it('keeps a column that it does not know through a replace', async () => {
    const value = { ...sample(), addedLater: 'kept' }
    await rows().add(value)
    const stored = await rows().read(keyOf(value))
    if (!stored) throw new Error('the row is absent')
    await rows().replace(change(stored.value), stored.etag)
    expect((await rows().read(keyOf(value)))?.value).toEqual(change(value))
  })
}

const races = <T>({ rows, keyOf, sample, change }: RowsSubject<T>): void => {
  it('lets exactly one of many racing adds win', async () => {
    const value = sample()
    const written = await Promise.all(Array.from({ length: 20 }, () => rows().add(value)))
    const winners = written.filter((one) => one !== 'changed')
    expect(winners).toEqual([{ etag: (await rows().read(keyOf(value)))?.etag }])
  })

  it('lets exactly one of many racing replaces with one ETag win', async () => {
    const value = sample()
    const etag = etagOf(await rows().add(value))
    const written = await Promise.all(
      Array.from({ length: 20 }, () => rows().replace(change(value), etag)),
    )
    const winners = written.filter((one) => one !== 'changed')
    expect(winners).toEqual([{ etag: (await rows().read(keyOf(value)))?.etag }])
  })

  it('lets a racing replace or remove with one ETag win, never both', async () => {
    const value = sample()
    const etag = etagOf(await rows().add(value))
    const [replaced, removed] = await Promise.all([
      rows().replace(change(value), etag),
      rows().remove(keyOf(value), etag),
    ])
    expect([replaced === 'changed', removed === 'changed'].filter(Boolean)).toHaveLength(1)
    const row = await rows().read(keyOf(value))
    expect(row === undefined).toBe(removed === 'removed')
  })
}

const lists = <T>({ rows, keyOf, sample }: RowsSubject<T>): void => {
  const add = async (count: number): Promise<Stored<T>[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const value = sample()
        return { value, etag: etagOf(await rows().add(value)) }
      }),
    )

  it('lists every row exactly once over several pages', async () => {
    const added = await add(12)
    const keys = new Set(added.map(({ value }) => keyOf(value)))
    const pages = await allPages(rows(), 5)
    const listed = pages.flat().filter(({ value }) => keys.has(keyOf(value)))
    expect(listed).toHaveLength(added.length)
    expect(listed).toEqual(expect.arrayContaining(added))
    expect(pages.length).toBeGreaterThan(2)
    expect(Math.max(...pages.map((page) => page.length))).toBe(5)
  })

  it('gives page tokens that pass through a URL as they are', async () => {
    await add(2)
    const { next } = await rows().list({ size: 1 })
    expect(next).toMatch(/^[\w-]+$/)
  })

  it.each(['', 'made-up', 'e30', '{}'])('refuses the page token %j', async (after) => {
    await expect(rows().list({ after, size: 1 })).rejects.toMatchObject({
      code: 'request_malformed',
    })
  })
}

const allPages = async <T>(rows: Rows<T>, size: number): Promise<Stored<T>[][]> => {
  const pages: Stored<T>[][] = []
  let after: string | undefined
  do {
    const page = await rows.list({ size, ...(after !== undefined && { after }) })
    pages.push(page.items)
    after = page.next
  } while (after !== undefined)
  return pages
}

const lostAnswers = <T>(
  { rows, keyOf, sample, change }: RowsSubject<T>,
  losingAnswer: <R>(write: () => Promise<R>) => Promise<R>,
): void => {
  it('knows its own add again when the answer was lost', async () => {
    const value = sample()
    const etag = etagOf(await losingAnswer(() => rows().add(value)))
    expect(await rows().read(keyOf(value))).toEqual({ value, etag })
  })

  it('knows its own replace again when the answer was lost', async () => {
    const value = sample()
    const first = etagOf(await rows().add(value))
    const etag = etagOf(await losingAnswer(() => rows().replace(change(value), first)))
    expect(await rows().read(keyOf(value))).toEqual({ value: change(value), etag })
  })

  it('knows its own remove again when the answer was lost', async () => {
    const value = sample()
    const etag = etagOf(await rows().add(value))
    expect(await losingAnswer(() => rows().remove(keyOf(value), etag))).toBe('removed')
    expect(await rows().read(keyOf(value))).toBeUndefined()
  })

  it("does not take somebody else's row for its own when the answer was lost", async () => {
    const value = sample()
    const stale = etagOf(await rows().add(value))
    const etag = etagOf(await rows().replace(change(value), stale))
    expect(await losingAnswer(() => rows().add(value))).toBe('changed')
    expect(await losingAnswer(() => rows().replace(value, stale))).toBe('changed')
    expect(await losingAnswer(() => rows().remove(keyOf(value), stale))).toBe('changed')
    expect(await rows().read(keyOf(value))).toEqual({ value: change(value), etag })
  })
}
