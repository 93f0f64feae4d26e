import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { explainRequest } from '../../shared/http/manage/explain.ts'
import { shell } from '../../shared/apps/shell.ts'

app.http('manage-explain', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'manage/explain',
  handler: shell((request) => explainRequest(broker().explaining, request)),
})
