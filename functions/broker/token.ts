import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { answerToken } from '../../shared/http/token.ts'
import { shell } from '../../shared/apps/shell.ts'

app.http('token', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: '{authority}/oauth2/v2.0/token',
  handler: shell((request) => {
    const { token, look } = broker()
    look()
    return answerToken(token, request)
  }),
})
