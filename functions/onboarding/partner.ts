import { app } from '@azure/functions'
import { onboarding } from '../../shared/apps/onboarding.ts'
import { downloadReceipt, showPartner } from '../../shared/http/onboarding/partner.ts'
import {
  signOut,
  startOwnRenewal,
  withdrawConsent,
} from '../../shared/http/onboarding/partner-forms.ts'
import { startByTenant } from '../../shared/http/onboarding/partner-sign-in.ts'
import { budgetsMs, shell } from '../../shared/apps/shell.ts'

app.http('partner-page', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'partner',
  handler: shell((request) => showPartner(onboarding().desk, request)),
})

app.http('partner-sign-in', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'partner',
  handler: shell((request) => startByTenant(onboarding().desk, request)),
})

app.http('partner-receipt', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'partner/receipt',
  handler: shell((request) => downloadReceipt(onboarding().desk, request)),
})

app.http('partner-renew', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  route: 'partner/renew',
  handler: shell((request) => startOwnRenewal(onboarding().desk, request)),
})

app.http('partner-withdraw', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  route: 'partner/withdraw',
  handler: shell((request) => withdrawConsent(onboarding().desk, request), budgetsMs.relaying),
})

app.http('partner-sign-out', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  route: 'partner/sign-out',
  handler: shell((request) => signOut(onboarding().desk, request)),
})
