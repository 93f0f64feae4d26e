import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  auditPartition,
  type AuditQuery,
  type AuditRecord,
  type AuditRows,
} from '../../shared/broker/audit.ts'
import { sampleAuditRecord } from './samples.ts'

const hourMs = 3600_000
const noon = Date.parse('2026-03-01T12:00:00.000Z')

/** What every implementation of `AuditRows` does. Records of other tests may stand beside. */
export const auditContract = (name: string, rows: () => AuditRows): void => {
  const append = (records: AuditRecord[], shard = 0) =>
    rows().append(auditPartition(records[0]?.at ?? noon, shard), records)

  describe(name, () => {
    it('gives back every field of what was appended', async () => {
      const partner = randomUUID()
      const full = { ...sampleAuditRecord(), partner }
      const scant = scantRecord({ partner })
      await append([full, scant])
      expect(await all(rows(), { partner })).toEqual(byKey([full, scant]))
    })

    it('appends records that are there already without an error and without a second copy', async () => {
      const partner = randomUUID()
      const records = [scantRecord({ partner }), scantRecord({ partner })]
      await append(records)
      await append(records)
      expect(await all(rows(), { partner })).toEqual(byKey(records))
    })

    it('finds by time: from the first moment on, and before the last', async () => {
      const partner = randomUUID()
      const at = [noon - 1, noon, noon + hourMs - 1, noon + hourMs]
      const records = at.map((time) => scantRecord({ partner, at: time }))
      for (const record of records) await append([record])
      const found = await all(rows(), { partner, from: noon, to: noon + hourMs })
      expect(found.map((one) => one.at)).toEqual([noon, noon + hourMs - 1])
    })

    it('finds over hours, days and the end of a month, whatever the shard', async () => {
      const partner = randomUUID()
      const end = Date.parse('2026-02-28T23:59:59.999Z')
      const at = [end - 40 * hourMs, end, end + 1, end + 30 * hourMs]
      const records = at.map((time) => scantRecord({ partner, at: time }))
      for (const [index, record] of records.entries()) await append([record], index * 5)
      const found = await all(rows(), { partner, from: end - 48 * hourMs, to: end + 48 * hourMs })
      expect(found.map((one) => one.at)).toEqual(at)
    })

    it.each(['partner', 'caller', 'correlation'] as const)('finds by %s', async (by) => {
      const [one, other] = [sampleAuditRecord(), sampleAuditRecord()]
      await append([one, other])
      const wanted = {
        partner: one.partner ?? '',
        caller: `${one.callerTenant}/${one.callerId}`,
        correlation: one.correlationId,
      }[by]
      expect(await all(rows(), { [by]: wanted })).toEqual([one])
    })

    it('finds in one partition alone', async () => {
      const partner = randomUUID()
      const [one, other] = [scantRecord({ partner }), scantRecord({ partner })]
      await append([one], 2)
      await append([other], 3)
      const partition = auditPartition(noon, 2)
      expect(await all(rows(), { partner, partition })).toEqual([one])
    })

    it('finds nothing for a value that would end the filter', async () => {
      const partner = randomUUID()
      await append([scantRecord({ partner })])
      const correlation = `x' or partner eq '${partner}`
      expect(await all(rows(), { correlation })).toEqual([])
    })

    it('pages: every record once, in order of time within a partition', async () => {
      const partner = randomUUID()
      const records = Array.from({ length: 12 }, (_, index) =>
        scantRecord({ partner, at: noon + index }),
      )
      await append(records)
      const pages = await allPages(rows(), { partner, size: 5 })
      expect(pages.flat()).toEqual(records)
      expect(Math.max(...pages.map((page) => page.length))).toBe(5)
    })

    it.each(['', 'made-up', 'e30'])('refuses the page token %j', async (after) => {
      const query = { from: noon, to: noon + 1, size: 1, after }
      await expect(rows().query(query)).rejects.toMatchObject({ code: 'request_malformed' })
    })
  })
}

/** A record with nothing that may be absent. */
export const scantRecord = (more: Partial<AuditRecord> = {}): AuditRecord => {
  const { v, id, at, kind, outcome, correlationId, callerTenant, callerId } = sampleAuditRecord()
  return { v, id, at, kind, outcome, correlationId, callerTenant, callerId, ...more }
}

type Wanted = Partial<AuditQuery>

const allPages = async (rows: AuditRows, wanted: Wanted): Promise<AuditRecord[][]> => {
  const query = { from: noon - 24 * hourMs, to: noon + 24 * hourMs, size: 100, ...wanted }
  const pages: AuditRecord[][] = []
  let after: string | undefined
  do {
    const page = await rows.query({ ...query, ...(after !== undefined && { after }) })
    pages.push(page.items)
    after = page.next
  } while (after !== undefined)
  return pages
}

const all = async (rows: AuditRows, wanted: Wanted): Promise<AuditRecord[]> =>
  (await allPages(rows, wanted)).flat()

const byKey = (records: AuditRecord[]): AuditRecord[] =>
  records.toSorted((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))
