import { app } from '@azure/functions'
import { onboarding } from '../../shared/apps/onboarding.ts'
import { showRenew, startRenewal } from '../../shared/http/onboarding/partner-sign-in.ts'
import { shell } from '../../shared/apps/shell.ts'

app.http('renew-page', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'renew/{partner?}',
  handler: shell((request) => showRenew(onboarding().desk, request)),
})

app.http('renew-start', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'renew/{partner}',
  handler: shell((request) => startRenewal(onboarding().desk, request)),
})
