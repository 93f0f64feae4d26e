import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { listFailed, replayFailed } from '../../shared/http/manage/failed-messages.ts'
import { shell } from '../../shared/apps/shell.ts'

const authLevel = 'anonymous'

app.http('manage-events-failed-list', {
  methods: ['GET'],
  authLevel,
  route: 'manage/events/failed',
  handler: shell((request) => listFailed(broker().failedMessages, request)),
})

app.http('manage-events-failed-replay', {
  methods: ['POST'],
  authLevel,
  route: 'manage/events/failed/{id}/replay',
  handler: shell((request) => replayFailed(broker().failedMessages, request)),
})
