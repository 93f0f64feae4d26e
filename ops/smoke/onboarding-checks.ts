import { randomUUID } from 'node:crypto'
import { ok, failed, unless, type Check } from './check.ts'
import { hasBlank, isHostPage, lackingHeaders } from './page-rules.ts'
import { textOf, unlessStatus, visit, wordsOf, type Asked } from './visit.ts'

const ofSettings = 'look in the log of the onboarding app: it names each setting at fault'

/** What the public app answers, and what it must not. */
export const onboardingChecks = (onboarding: string): Check[] => [
  ...healthChecks(onboarding),
  ...pageChecks(onboarding),
  ...refusals(onboarding),
]

const healthChecks = (onboarding: string): Check[] => [
  {
    name: 'onboarding: is alive',
    look: async () => unless(unlessStatus(await visit(`${onboarding}/health/live`), 200)),
    remedy: 'see that the app is deployed and started (npm run build, azd deploy onboarding)',
  },
  {
    name: 'onboarding: is ready, so every setting is there',
    look: async () => unless(unlessStatus(await visit(`${onboarding}/health/ready`), 200)),
    remedy: ofSettings,
  },
]

const pageChecks = (onboarding: string): Check[] => [
  {
    name: 'onboarding: shows its own home page, with no blank in it',
    look: async () => {
      const page = await visit(`${onboarding}/`)
      const isBlank = hasBlank(page) && 'the page shows that a setting is missing'
      return unless(unlessStatus(page, 200), isHostPage(page) && `it is the host's page`, isBlank)
    },
    remedy: `set AzureWebJobsDisableHomepage to true, and ${ofSettings}`,
  },
  {
    name: 'onboarding: every page has the security headers',
    look: async () => {
      const pages = await Promise.all(
        [`${onboarding}/`, `${onboarding}/renew/${randomUUID()}`].map((url) => visit(url)),
      )
      const lacking = [...new Set(pages.flatMap(lackingHeaders))]
      return unless(lacking.length > 0 && `${lacking.join(', ')} lacking or weaker`)
    },
    remedy: 'see that nothing before the app (Front Door rules, a proxy) changes its headers',
  },
  {
    name: 'onboarding: tells in security.txt whom to call, and its own address',
    look: () => securityTxt(onboarding),
    remedy: 'set OPERATOR_CONTACT and ONBOARDING_URL (parameters operatorContact, onboardingUrl)',
  },
]

const refusals = (onboarding: string): Check[] => [
  {
    name: 'onboarding: refuses an answer that belongs to no sign-in',
    look: () => refused(`${onboarding}/consent/callback`, { method: 'POST', ...form }, [400, 403]),
    remedy: 'this is not the onboarding app of this version: deploy it again',
  },
  {
    name: 'onboarding: is not the broker',
    look: async () => {
      const paths = ['/manage/partners', `/${randomUUID()}/v2.0/.well-known/openid-configuration`]
      const answers = await Promise.all(paths.map((path) => visit(`${onboarding}${path}`)))
      return unless(...answers.map((answer) => unlessStatus(answer, 404)))
    },
    remedy: 'the two packages were exchanged: deploy each service to its own app',
  },
]

const form = {
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'state=smoke&code=smoke',
}

const refused = async (url: string, asked: Asked, wanted: number[]) => {
  const answer = await visit(url, asked)
  return answer.status !== undefined && wanted.includes(answer.status)
    ? ok
    : failed(`${wordsOf(answer)} instead of a refusal`)
}

const securityTxt = async (onboarding: string) => {
  const answer = await visit(`${onboarding}/.well-known/security.txt`)
  const field = (name: string) =>
    new RegExp(`^${name}: *(.+)$`, 'm').exec(textOf(answer))?.[1] ?? ''
  const canonical = field('Canonical')
  return unless(
    unlessStatus(answer, 200),
    field('Contact').trim() === '' && 'it names no contact',
    !(Date.parse(field('Expires')) > Date.now()) && 'it has expired',
    canonical !== `${onboarding}/.well-known/security.txt` && `it says it lies at ${canonical}`,
  )
}
