import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { queueShell } from '../../shared/apps/queue-shell.ts'

app.storageQueue('usage', {
  queueName: 'usage',
  connection: 'DATA',
  handler: queueShell(() => broker().usage.rollUp()),
})
