import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { answerRelay } from '../../shared/http/internal.ts'
import { budgetsMs, shell } from '../../shared/apps/shell.ts'

app.http('internal', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'internal/{verb}',
  handler: shell((request) => answerRelay(broker().relay, request), budgetsMs.relayed),
})
