import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { budgetsMs, shell } from '../../shared/apps/shell.ts'
import { getReport } from '../../shared/http/manage/report.ts'

app.http('manage-report', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'manage/report',
  handler: shell((request) => getReport(broker().reporting, request), budgetsMs.report),
})
