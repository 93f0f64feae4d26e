import { at, everyValue, literalsOf, rootsOf, textOf, type Value } from '../deployment/value.ts'
import { breach, type AppName, type Rule } from './context.ts'
import { settingsOf, sitesOf } from './resources.ts'

// What an app on Flex Consumption refuses to have, or ignores: the plan says these things itself.
const refusedByFlex = new Set([
  'AzureWebJobsStorage',
  'ENABLE_ORYX_BUILD',
  'FUNCTIONS_EXTENSION_VERSION',
  'FUNCTIONS_WORKER_PROCESS_COUNT',
  'FUNCTIONS_WORKER_RUNTIME',
  'FUNCTIONS_WORKER_RUNTIME_VERSION',
  'FUNCTIONS_MAX_HTTP_CONCURRENCY',
  'SCM_DO_BUILD_DURING_DEPLOYMENT',
  'TZ',
  'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
  'WEBSITE_CONTENTOVERVNET',
  'WEBSITE_CONTENTSHARE',
  'WEBSITE_DNS_SERVER',
  'WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT',
  'WEBSITE_NODE_DEFAULT_VERSION',
  'WEBSITE_RUN_FROM_PACKAGE',
  'WEBSITE_SKIP_CONTENTSHARE_VALIDATION',
  'WEBSITE_TIME_ZONE',
  'WEBSITE_VNET_ROUTE_ALL',
])

// Read by the Functions host, and by nothing of ours.
const ofTheHost: readonly string[] = [
  'AzureWebJobsDisableHomepage',
  'AzureWebJobsStorage__accountName',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
]
const alsoOfTheHost: Record<AppName, readonly string[]> = {
  onboarding: [
    'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
  ],
  broker: ['DATA__clientId', 'DATA__credential'],
}

// The secrets themselves: for the local stack only.
const never = new Set(['APP_CLIENT_SECRET', 'EVENT_SECRET'])
// An address may be its receiver's secret.
const mayBeSecure = new Set(['EVENT_WEBHOOKS'])

const wrong = breach('settings')
const apps = ['onboarding', 'broker'] as const

/** Each app has exactly the settings that it and its host read, and none that Flex refuses. */
export const settings: Rule = ({ possible, product }) =>
  apps.flatMap((app) => {
    const own = product.settings[app].filter((name) => !never.has(name))
    const wanted = [...new Set([...own, ...ofTheHost, ...alsoOfTheHost[app]])]
    return sitesOf(possible, app).flatMap((site) => {
      const given = settingsOf(site)
      const unknown = [...given].filter(([name]) => !wanted.includes(name))
      return [
        ...unknown.map(([name, { at: where }]) =>
          refusedByFlex.has(name)
            ? breach('flex')(where, `Flex Consumption does not take ${name}`)
            : wrong(where, `nothing in the ${app} app reads ${name}`),
        ),
        ...wanted
          .filter((name) => isAbsent(given.get(name)))
          .map((name) => wrong(site.at, `the ${app} app lacks the setting ${name}`)),
      ]
    })
  })

// Where a condition decides, it is null in the outcome that lacks it.
const isAbsent = (value: Value | undefined): boolean =>
  value === undefined || literalsOf(value).includes(null)

/** The page that says "your Functions app is up and running" is off. */
export const homePage: Rule = ({ possible }) =>
  apps.flatMap((app) =>
    sitesOf(possible, app).flatMap((site) => {
      const value = settingsOf(site).get('AzureWebJobsDisableHomepage')
      return textOf(value) === 'true'
        ? []
        : [breach('home-page')(value?.at ?? site.at, `the ${app} app shows the host's home page`)]
    }),
  )

/** Each host has storage of its own: who may write there runs code in the app. */
export const hostStorage: Rule = ({ possible }) =>
  apps.flatMap((app) =>
    sitesOf(possible, app).flatMap((site) => {
      const value = settingsOf(site).get('AzureWebJobsStorage__accountName')
      const others = sitesOf(possible, app === 'broker' ? 'onboarding' : 'broker')
      const shared = others.filter(
        (other) =>
          textOf(settingsOf(other).get('AzureWebJobsStorage__accountName')) === textOf(value),
      )
      return shared.map(() =>
        breach('host-storage')(site.at, 'both apps would share the storage of one host'),
      )
    }),
  )

// What gives a secret away, wherever it stands.
const givesAway = /^(?:list(?:[A-Z]\w*)?|getSecret)\(|AccountKey=|SharedAccessSignature|\bpassword=/

/** No app gets a secret as a setting. */
export const secretSettings: Rule = ({ possible, templates }) => {
  const secure = new Set(
    [...templates.files.values()].flatMap(({ parameters }) =>
      parameters.filter(({ isSecure }) => isSecure).map(({ name }) => name),
    ),
  )
  return apps.flatMap((app) =>
    sitesOf(possible, app).flatMap((site) =>
      [...settingsOf(site)].flatMap(([name, value]) => {
        const texts = everyValue(value).map(textOf)
        const isSecret =
          never.has(name) ||
          texts.some((text) => givesAway.test(text)) ||
          (!mayBeSecure.has(name) && [...rootsOf(value)].some((root) => secure.has(root)))
        return isSecret
          ? [breach('secret')(value.at, `the setting ${name} would hold a secret`)]
          : []
      }),
    ),
  )
}

/** The apps run on a version of Node that is said, whatever the parameters. */
export const runtimes: Rule = ({ possible }) =>
  apps.flatMap((app) =>
    sitesOf(possible, app).flatMap((site) => {
      const version = at(site.body, 'properties', 'functionAppConfig', 'runtime', 'version')
      const said = literalsOf(version).filter((one) => one !== undefined)
      return said.length > 0 && said.every((one) => one === '24' || one === '22')
        ? []
        : [breach('runtime')(version?.at ?? site.at, 'the apps run on Node 24, or 22')]
    }),
  )
