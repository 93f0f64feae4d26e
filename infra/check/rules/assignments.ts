import * as z from 'zod'
import type { Instance } from '../deployment/deployment.ts'
import { at, itemsOf, textOf } from '../deployment/value.ts'
import type { At } from '../finding.ts'
import type { Context } from './context.ts'
import { isAlwaysMade, ofType, settingsOf, sitesOf, targetOf } from './resources.ts'

const entry = z.object({
  who: z.string(),
  role: z.string(),
  on: z.string(),
  name: z.string().optional(),
  when: z.string().optional(),
  why: z.string(),
})
const list = z.object({
  roles: z.array(z.object({ name: z.string(), builtIn: z.string().optional() })),
  assignments: z.array(entry),
})

type Entry = z.output<typeof entry>

/** One role that the templates give. */
export type Assignment = {
  at: At
  /** The app whose identity gets it; or the identity's text where it is of neither. */
  who: string
  /** Name of a custom role in access.json, or the id of a built-in one. */
  role: string
  /** What a custom role allows; undefined for a built-in one. */
  actions: string[] | undefined
  target: { type: string; name: string }
  /** The line of access.json that it comes from. */
  entry: Entry | undefined
  /** False where a condition decides whether it is given at all. */
  isSure: boolean
}

type List = z.output<typeof list>
const lists = new WeakMap<Context['templates'], List>()

const readList = ({ templates }: Context): List => {
  const before = lists.get(templates)
  if (before) return before
  const text = templates.texts.get('infra/access.json')
  const read = list.safeParse(JSON.parse(text ?? '{}')).data ?? { roles: [], assignments: [] }
  lists.set(templates, read)
  return read
}

/** The entries of access.json. */
export const listedIn = (context: Context): Entry[] => readList(context).assignments

const known = new WeakMap<Context['possible'], Assignment[]>()

/** Every role that the templates may give. */
export const assignmentsIn = (context: Context): Assignment[] => {
  const { possible } = context
  const found =
    known.get(possible) ??
    ofType(possible, 'Microsoft.Authorization/roleAssignments').map((instance) =>
      assignmentOf(instance, context),
    )
  known.set(possible, found)
  return found
}

const assignmentOf = (instance: Instance, context: Context): Assignment => {
  const { body, at: where } = instance
  const target = targetOf(instance) ?? { type: 'a scope', name: textOf(at(body, 'scope')) }
  const who = whoIs(textOf(at(body, 'properties', 'principalId')), context)
  const roleId = textOf(at(body, 'properties', 'roleDefinitionId'))
  const { roles, assignments } = readList(context)
  const custom = ofType(context.possible, 'Microsoft.Authorization/roleDefinitions').find(
    (definition) => roleId.includes(textOf(at(definition.body, 'name'))),
  )
  const builtIn = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(roleId)?.[0]
  const named = roles.find((one) =>
    custom ? textOf(at(custom.body, 'name')).endsWith(`, ${one.name})`) : one.builtIn === builtIn,
  )
  const found = assignments.find(
    (one) =>
      one.who === who &&
      one.role === named?.name &&
      (one.name === undefined || target.name.endsWith(`/${one.name}`)),
  )
  const role = custom ? (named?.name ?? roleId) : (builtIn ?? roleId)
  const isSure = isAlwaysMade(instance)
  return {
    at: where,
    who,
    role,
    actions: custom && actionsOf(custom),
    target,
    entry: found,
    isSure,
  }
}

const actionsOf = ({ body }: Instance): string[] =>
  itemsOf(at(body, 'properties', 'permissions')).flatMap((permission) =>
    ['actions', 'dataActions'].flatMap((kind) => itemsOf(at(permission, kind)).map(textOf)),
  )

// An app's site says which identity it runs as: the same one's client id is in its settings.
const whoIs = (principal: string, { possible }: Context): string => {
  const identity = principal.replace(/\.properties\.principalId$/, '')
  const owners = (['onboarding', 'broker'] as const).filter((app) =>
    sitesOf(possible, app).some(
      (site) =>
        textOf(settingsOf(site).get('AZURE_CLIENT_ID')) === `${identity}.properties.clientId`,
    ),
  )
  return owners.length === 1 ? (owners[0] ?? principal) : principal
}
