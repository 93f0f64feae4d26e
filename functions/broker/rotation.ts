import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { queueShell, timerShell } from '../../shared/apps/queue-shell.ts'

const connection = 'DATA'

// Every hour, in UTC: the only time zone that the plan knows.
app.timer('rotation-timer', {
  schedule: '0 0 * * * *',
  handler: timerShell(() => broker().rotation.start()),
})

app.storageQueue('rotation-shards', {
  queueName: 'rotation-shards',
  connection,
  handler: queueShell((message) => broker().rotation.sweep(message)),
})

app.storageQueue('rotation-partners', {
  queueName: 'rotation-partners',
  connection,
  handler: queueShell((message, invocation) => broker().rotation.tend(message, invocation)),
})
