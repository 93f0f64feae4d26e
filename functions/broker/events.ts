import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { queueShell } from '../../shared/apps/queue-shell.ts'

app.storageQueue('events-deliver', {
  queueName: 'events',
  connection: 'DATA',
  handler: queueShell((message) => broker().announcing.handleEvent(message)),
})
