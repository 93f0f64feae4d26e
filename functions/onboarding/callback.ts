import { app } from '@azure/functions'
import { onboarding } from '../../shared/apps/onboarding.ts'
import { answerEntra } from '../../shared/http/onboarding/callback.ts'
import { budgetsMs, shell } from '../../shared/apps/shell.ts'

app.http('consent-callback', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  route: 'consent/callback',
  handler: shell((request) => answerEntra(onboarding().desk, request), budgetsMs.relaying),
})
