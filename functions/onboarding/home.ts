import { app } from '@azure/functions'
import { onboarding } from '../../shared/apps/onboarding.ts'
import { securityTxt, showHome } from '../../shared/http/onboarding/home.ts'
import { shell } from '../../shared/apps/shell.ts'

app.http('home', {
  methods: ['GET'],
  authLevel: 'anonymous',
  // The only spelling that matches the root when the route prefix is empty.
  route: '{ignored:maxlength(0)?}',
  handler: shell((request) => showHome(onboarding().desk, request)),
})

app.http('security-txt', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: '.well-known/security.txt',
  handler: shell(() => securityTxt(onboarding().desk, Date.now())),
})
