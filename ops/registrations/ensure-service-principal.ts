import * as z from 'zod'
import { tell, type Run } from './run.ts'

const schema = z.object({
  id: z.string(),
  appRoleAssignmentRequired: z.boolean().nullish(),
  accountEnabled: z.boolean().nullish(),
})

type Wanted = {
  on: string
  /** Empty for an application that is not there yet. */
  clientId: string
  /** Only who holds one of its roles gets a token for it. */
  isAssignmentRequired: boolean
}

/** Makes the application usable in this tenant. Its id; `undefined` where it is not there yet. */
export const ensureServicePrincipal = async (
  run: Run,
  wanted: Wanted,
): Promise<string | undefined> => {
  const { on, clientId, isAssignmentRequired } = wanted
  const path = `/servicePrincipals(appId='${clientId}')?$select=${Object.keys(schema.shape).join(',')}`
  const body = clientId === '' ? undefined : await run.graph.find(path, `read ${on} in this tenant`)
  if (body === undefined) return create(run, wanted)
  const is = schema.parse(body)
  if (is.accountEnabled === false) {
    tell(run, { left: [`${on}: switched off in this tenant: nobody gets a token`] })
  }
  if (!isAssignmentRequired || is.appRoleAssignmentRequired === true) return is.id
  tell(run, { changes: [requiredChange(on)] })
  if (!run.isWhatIf) {
    await run.graph.write({
      method: 'PATCH',
      path: `/servicePrincipals/${is.id}`,
      body: { appRoleAssignmentRequired: true },
      to: `require an assignment for ${on}`,
    })
  }
  return is.id
}

const requiredChange = (on: string) => ({
  on,
  what: 'assignment required',
  why: 'Entra gives no token for it to who holds no role',
})

const create = async (run: Run, wanted: Wanted): Promise<string | undefined> => {
  const { on, clientId, isAssignmentRequired } = wanted
  const what = 'service principal in this tenant'
  tell(run, { changes: [{ on, what, why: 'without one it can be used by nobody here' }] })
  if (isAssignmentRequired) tell(run, { changes: [requiredChange(on)] })
  if (run.isWhatIf) return undefined
  const made = await run.graph.write({
    method: 'POST',
    path: '/servicePrincipals',
    body: {
      appId: clientId,
      ...(isAssignmentRequired && { appRoleAssignmentRequired: true }),
    },
    isFresh: true,
    to: `make ${on} usable in this tenant`,
  })
  return schema.parse(made).id
}
