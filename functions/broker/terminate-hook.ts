import { app } from '@azure/functions'
import { flushTelemetry } from '../../shared/apps/measuring.ts'

app.hook.appTerminate(flushTelemetry)
