import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { openidConfiguration } from '../../shared/http/openid-configuration.ts'
import { shell } from '../../shared/apps/shell.ts'

app.http('openid-configuration', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: '{authority}/v2.0/.well-known/openid-configuration',
  handler: shell((request) => openidConfiguration(broker().discovery, request)),
})
