import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { queueShell } from '../../shared/apps/queue-shell.ts'

for (const queue of ['rotation-shards', 'rotation-partners', 'events', 'usage'] as const) {
  app.storageQueue(`${queue}-poison`, {
    queueName: `${queue}-poison`,
    connection: 'DATA',
    handler: queueShell((message) => broker().announcing.keepPoison(queue)(message)),
  })
}
