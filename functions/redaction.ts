import { app } from '@azure/functions'
import { redact } from '../shared/azure/redact.ts'

app.hook.log((context) => {
  context.message = redact(context.message)
})
