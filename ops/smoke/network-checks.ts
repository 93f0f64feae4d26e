import { failed, note, ok, unless, type Check, type Seen } from './check.ts'
import { headerOf, unlessStatus, visit, wordsOf, type Answer } from './visit.ts'

// What every answer of the broker itself carries: a 403 with it came from the app, not from the rules.
const ofTheApp = 'x-correlation-id'

const isRefusedBefore = (answer: Answer): boolean =>
  answer.status === 403 && headerOf(answer, ofTheApp) === ''

/** The deployment sites (SCM): refused, or said to be open from here. */
export const scmChecks = (scm: readonly string[], isDenied: boolean): Check[] =>
  scm.map((site) => ({
    name: `deployment site ${new URL(site).hostname}: is closed to who may not deploy`,
    look: async () => {
      const answer = await visit(`${site}/`)
      if (isRefusedBefore(answer)) return ok
      if (answer.trouble !== undefined) return failed(wordsOf(answer))
      const open = `it answers this machine (${wordsOf(answer)})`
      return isDenied ? failed(open) : note(`${open}, which is right only while it may deploy`)
    },
    remedy: 'take this address out of deployerAddresses (DEPLOYER_ADDRESSES), then azd provision',
  }))

const closedPaths = ['/health/live', '/manage/partners', '/whoami', '/internal/callback']

/** What a machine sees that the broker must not let in. */
export const deniedChecks = ({
  onboarding,
  broker,
}: {
  onboarding: string
  broker: string
}): Check[] => [
  {
    name: 'onboarding: is public',
    look: async () => unless(unlessStatus(await visit(`${onboarding}/health/live`), 200)),
    remedy: 'onboarding must be reachable for partners: see siteDefault and the Front Door id',
  },
  ...closedPaths.map((path) => ({
    name: `broker: refuses this network ${path}`,
    look: () => closed(`${broker}${path}`),
    remedy:
      'take this address out of callerAddresses and managementAddresses; see that the default action is Deny',
  })),
]

const closed = async (url: string): Promise<Seen> => {
  const answer = await visit(url)
  if (isRefusedBefore(answer)) return ok
  return failed(`${wordsOf(answer)} instead of a refusal before the app`)
}
