import { app } from '@azure/functions'
import { onboarding } from '../../shared/apps/onboarding.ts'
import { showRenew } from '../../shared/http/onboarding/home.ts'
import { shell } from '../../shared/apps/shell.ts'

app.http('renew-page', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'renew/{partner}',
  handler: shell((request) => showRenew(onboarding().desk, request)),
})
