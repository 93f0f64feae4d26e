/** What azd knows of a deployment: its environment, outputs of main.bicep included. */
export type Deployed = Readonly<Record<string, string | undefined>>

/** Asks one address for its headers; throws when nobody answers. */
export type Ask = (url: string) => Promise<Pick<Response, 'status' | 'headers'>>

/** What this machine was told: a line for people, and whether code can be deployed from here. */
export type Reach = { lines: string[]; canDeploy: boolean }

// What App Service says beside the 403 of an address that no rule lets in.
const refusedHeader = 'x-ms-forbidden-ip'

/**
 * Tries the deployment sites (SCM) of both apps and the broker from this machine. A refusal names the
 * address that was refused and the parameter that would let it in.
 */
export const tellReach = async (deployed: Deployed, ask: Ask): Promise<Reach> => {
  const { ONBOARDING_APP, BROKER_APP, SITE_SUFFIX, BROKER_URL } = deployed
  if (!ONBOARDING_APP || !BROKER_APP || !SITE_SUFFIX || !BROKER_URL) {
    return { lines: ['Nothing is provisioned yet: azd provision comes first.'], canDeploy: false }
  }
  const scmOf = (app: string) => `https://${app}.scm.${SITE_SUFFIX}/`
  const scm = await Promise.all([ONBOARDING_APP, BROKER_APP].map((app) => visit(scmOf(app), ask)))
  const broker = await visit(`${BROKER_URL}/health/live`, ask)
  const refused = scm.find((one) => one.refused !== undefined)?.refused
  return {
    lines: [
      ...(refused === undefined
        ? ['Code can be deployed from here.']
        : deployLines(refused, deployed['DEPLOYER_ADDRESSES'] ?? '')),
      ...brokerLines(broker.refused),
      `Who may ask for tokens: ${deployed['WHO_MAY_ASK'] ?? 'unknown'}`,
      `Who may manage: ${deployed['WHO_MAY_MANAGE'] ?? 'unknown'}`,
    ],
    canDeploy: refused === undefined,
  }
}

// A site that does not answer at all is not a refusal: its name may not be known everywhere yet.
const visit = async (url: string, ask: Ask): Promise<{ refused?: string }> => {
  try {
    const { status, headers } = await ask(url)
    return status === 403 ? { refused: headers.get(refusedHeader) ?? unnamed } : {}
  } catch {
    return {}
  }
}

// The refusal came without its address: whoever deploys must find out the public one.
const unnamed = 'this address'

const deployLines = (address: string, before: string): string[] => {
  const added = address === unnamed ? '<your public address>' : address
  const list = [before, added].filter((part) => part !== '').join(',')
  return [
    `The deployment sites refuse ${address}. Add it to the parameter deployerAddresses:`,
    `  azd env set DEPLOYER_ADDRESSES "${list}" && azd provision`,
    'It opens the deployment sites of both apps and nothing else; take it out again afterwards.',
  ]
}

const brokerLines = (refused: string | undefined): string[] =>
  refused === undefined
    ? ['The broker answers this machine.']
    : [
        `The broker refuses ${refused}, as it should unless callers or operators are there:`,
        '  parameters callerAddresses (CALLER_ADDRESSES) and managementAddresses (MANAGEMENT_ADDRESSES)',
      ]
