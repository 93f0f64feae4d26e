import type { Report } from '../../broker/report/report.ts'
import { endOfMonth, monthOf, operatorKeptFrom, operatorMonths } from '../../broker/usage/hours.ts'

/** What keeps a report from being the whole truth, or needs the operator. */
export const warningsOf = (report: Report): string[] =>
  [...ofCounting(report), ...ofRecord(report)].flatMap(([holds, text]) => (holds ? [text] : []))

type Warning = [holds: boolean, text: string]

const ofCounting = ({ at, month, partners, rolledUp, usage }: Report): Warning[] => {
  const { from = at, through = at, isLagging } = rolledUp
  return [
    [
      !partners.isComplete,
      'not every partner was counted: there are too many to read in one answer',
    ],
    [month > monthOf(at), 'this month has not begun'],
    [
      isLagging,
      'tokens and refusals are counted late: look whether the timer runs and what failed (npm run ops -- events)',
    ],
    [
      !isLagging && month < monthOf(at) && through < endOfMonth(month),
      `the end of this month is not counted yet: only through ${iso(through)}`,
    ],
    [
      month < monthOf(operatorKeptFrom(at)),
      `hours are kept for ${operatorMonths} months: of this one they are gone, or going`,
    ],
    [
      rolledUp.from !== undefined && month <= monthOf(from),
      `nothing is counted from before ${iso(from)}`,
    ],
    [
      usage.cutHours > 0,
      `hours with more records than can be counted: ${usage.cutHours}; there was more than is shown`,
    ],
    [usage.others.length > 0, 'there was too much to list: the rest is counted under others'],
  ]
}

const ofRecord = ({ record: { isOverdue, keepDays } }: Report): Warning[] => [
  [
    isOverdue,
    `there are audit records older than ${keepDays} days (AUDIT_KEEP_DAYS): npm run ops -- audit purge --before ${keepDays}d`,
  ],
]

const iso = (time: number): string => new Date(time).toISOString()
