import * as z from 'zod'

const secret = z.string().min(1).max(200)
/** What the page shows, so that the logs of both apps can be read together. */
const correlationId = z.guid()

const form = z.strictObject({ session: secret, csrf: secret })

/** What the onboarding app sends with each verb; anything else is malformed. */
export const bodies = {
  invitation: z.strictObject({ link: secret }),
  signIn: z.strictObject({
    link: secret,
    termDays: z.int().min(1).max(3650).exactOptional(),
  }),
  callback: z.strictObject({
    state: secret,
    browser: secret.exactOptional(),
    correlationId,
    answer: z.strictObject({
      code: z.string().min(1).max(8192).exactOptional(),
      error: z.string().min(1).max(100).exactOptional(),
      errorCodes: z.array(z.int()).max(10),
    }),
  }),
  tenant: z.strictObject({ partner: z.guid().toLowerCase() }),
  session: z.strictObject({ session: secret }),
  form,
  withdrawal: form.extend({ confirmation: z.string().max(200), correlationId }),
}
