import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { failed } from '../../shared/apps/log-lines.ts'
import { live, ready } from '../../shared/http/health.ts'
import { shell } from '../../shared/apps/shell.ts'

app.http('health-live', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'health/live',
  handler: shell(() => live()),
})

app.http('health-ready', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'health/ready',
  handler: shell(() =>
    ready(
      async () => broker().ready(),
      (thrown) => failed('not_ready', thrown),
    ),
  ),
})
