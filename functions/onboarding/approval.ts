import { app } from '@azure/functions'
import { onboarding } from '../../shared/apps/onboarding.ts'
import { showApproved, startApproval } from '../../shared/http/onboarding/approval.ts'
import { shell } from '../../shared/apps/shell.ts'

app.http('approval-start', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'onboard/{invitation}/approve',
  handler: shell((request) => startApproval(onboarding().desk, request)),
})

app.http('approval-return', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'consent/approved',
  handler: shell((request) => showApproved(onboarding().desk, request)),
})
