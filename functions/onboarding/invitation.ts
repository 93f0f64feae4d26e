import { app } from '@azure/functions'
import { onboarding } from '../../shared/apps/onboarding.ts'
import { showInvitation, startFromInvitation } from '../../shared/http/onboarding/invitation.ts'
import { shell } from '../../shared/apps/shell.ts'

// The link is optional, so that one that lost its end still gets a page that says so.
app.http('invitation-page', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'onboard/{invitation?}',
  handler: shell((request) => showInvitation(onboarding().desk, request)),
})

app.http('invitation-start', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'onboard/{invitation}',
  handler: shell((request) => startFromInvitation(onboarding().desk, request)),
})
