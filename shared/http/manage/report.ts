import type { HttpRequest } from '@azure/functions'
import { BrokerError } from '../../broker/broker-error.ts'
import type { PartnerHealth } from '../../broker/partner-health.ts'
import type { Report } from '../../broker/report/report.ts'
import { monthOf } from '../../broker/usage/hours.ts'
import { json } from './desk.ts'
import { reading, type ManagementDesk } from './managed.ts'
import { censusView } from './partner-view.ts'
import { warningsOf } from './report-warnings.ts'

export type ReportDesk = ManagementDesk & { report: (month: string) => Promise<Report> }

/** `GET /manage/report?month=YYYY-MM`: what an auditor asks for. */
export const getReport = (desk: ReportDesk, request: HttpRequest) =>
  reading(desk, request, async (visit) => {
    const report = await desk.report(wantedMonth(request, desk.now()))
    return json(visit, 200, reportView(report))
  })

const wantedMonth = ({ query }: HttpRequest, now: number): string => {
  const month = query.get('month') ?? monthOf(now)
  if (/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month)) return month
  const field = 'month'
  throw new BrokerError('request_malformed', 'month must be YYYY-MM', { reason: 'query', field })
}

const reportView = (report: Report) => ({
  at: iso(report.at),
  month: report.month,
  partners: censusView(report.partners),
  mustAct: report.partners.mustAct.map(mustActView),
  mustActMore: report.partners.mustActMore,
  tokens: usageView(report),
  refusals: report.usage.refused.map(({ code, count }) => ({ code, count })),
  lockdowns: report.usage.lockdowns.map(({ kind: _, count: __, at, ...change }) => ({
    at: iso(at),
    ...change,
  })),
  permissionsUnused: report.unusedPermissions.map(({ lastUsedAt, changedAt, ...permission }) => ({
    ...permission,
    ...timesOf({ lastUsedAt, changedAt }),
  })),
  rolledUp: {
    ...timesOf({ from: report.rolledUp.from, through: report.rolledUp.through }),
    isLagging: report.rolledUp.isLagging,
  },
  record: {
    keepDays: report.record.keepDays,
    isOverdue: report.record.isOverdue,
    ...timesOf({ oldestAt: report.record.oldestAt }),
  },
  warnings: warningsOf(report),
})

const mustActView = ({ grant, ...health }: PartnerHealth) => ({
  partner: health.partner,
  ...(grant?.displayName !== undefined && { displayName: grant.displayName }),
  status: health.status,
  whoMustAct: health.whoMustAct,
  ...timesOf({ endsAt: health.endsAt }),
  ...(health.daysLeft !== undefined && { daysLeft: health.daysLeft }),
  ...(health.endsBecause !== undefined && { endsBecause: health.endsBecause }),
  ...(health.reason !== undefined && { reason: health.reason }),
})

const usageView = ({ usage }: Report) => ({
  total: sum(usage.issued) + sum(usage.others.filter((line) => line.of === 'issued')),
  issued: usage.issued.map(({ caller, audience, purpose, count }) => ({
    caller,
    audience,
    purpose,
    tokens: count,
  })),
  permissions: usage.permissions.map(({ name, count }) => ({ name, tokens: count })),
  others: usage.others.map(({ of, count }) => ({ of, count })),
})

const sum = (lines: { count: number }[]): number =>
  lines.reduce((total, { count }) => total + count, 0)

const timesOf = (times: Record<string, number | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(times).flatMap(([name, time]) =>
      time === undefined ? [] : [[name, iso(time)]],
    ),
  )

const iso = (time: number): string => new Date(time).toISOString()
