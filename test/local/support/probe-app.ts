import { app } from '@azure/functions'

// A stand-in for both apps, for tests of the launcher: it is ready, takes the first permission and
// invitation, and shows its settings.

const ready = (name: string) =>
  app.http(name, {
    methods: ['GET'],
    route: `health/${name}`,
    authLevel: 'anonymous',
    handler: () => ({ status: 200 }),
  })

ready('live')
ready('ready')
app.http('settings', {
  methods: ['GET'],
  route: 'settings',
  authLevel: 'anonymous',
  handler: () => ({ jsonBody: process.env }),
})
app.http('permit', {
  methods: ['PUT'],
  route: 'manage/permissions/{name}',
  authLevel: 'anonymous',
  handler: () => ({ status: 201 }),
})
app.http('invite', {
  methods: ['POST'],
  route: 'manage/invitations',
  authLevel: 'anonymous',
  handler: (request, context) => {
    context.warn('an invitation is made')
    const id = request.headers.get('authorization')?.length ?? 0
    const url = `${process.env['ONBOARDING_URL']}/onboard/${id}-${Date.now()}`
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
    return { status: 201, jsonBody: { id: `${id}`, url, expiresAt, code: 'AB-CD' } }
  },
})
app.http('crash', {
  methods: ['POST'],
  route: 'crash',
  authLevel: 'anonymous',
  handler: () => {
    setTimeout(() => process.exit(7))
    return {}
  },
})
