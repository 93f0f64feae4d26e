import type { LogHookContext } from '@azure/functions'
import { redact } from '../azure/redact.ts'

/** Every line of the app, whoever wrote it, passes here before the host sees it. */
export const redacted = (context: LogHookContext): void => {
  context.message = redact(context.message)
}
