import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { listAuditRecords } from '../../shared/http/manage/audit-records.ts'
import { shell } from '../../shared/apps/shell.ts'

app.http('manage-audit', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'manage/audit',
  handler: shell((request) => listAuditRecords(broker().records, request)),
})
