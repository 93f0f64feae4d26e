import { app } from '@azure/functions'
import { redacted } from '../../shared/apps/redaction.ts'

app.hook.log(redacted)
