import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { whoami } from '../../shared/http/whoami.ts'
import { shell } from '../../shared/apps/shell.ts'

app.http('whoami', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'whoami',
  handler: shell((request) => whoami(broker().whoami, request)),
})
