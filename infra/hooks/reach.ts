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
  const refused = scm.find((one) => one.refused !== undefined)
  return {
    lines: [
      ...deployLines(refused ?? scm.find(({ isSilent }) => isSilent) ?? {}, deployed),
      ...brokerLines(broker),
      `Who may ask for tokens: ${deployed['WHO_MAY_ASK'] ?? 'unknown'}`,
      `Who may manage: ${deployed['WHO_MAY_MANAGE'] ?? 'unknown'}`,
    ],
    canDeploy: refused === undefined,
  }
}

/** What a site said: that it refuses an address, nothing at all, or an answer of any other kind. */
type Visited = { refused?: string; isSilent?: true }

const visit = async (url: string, ask: Ask): Promise<Visited> => {
  try {
    const { status, headers } = await ask(url)
    return status === 403 ? { refused: headers.get(refusedHeader) ?? unnamed } : {}
  } catch {
    return { isSilent: true }
  }
}

// The refusal came without its address: whoever deploys must find out the public one.
const unnamed = 'this address'

const deployLines = ({ refused, isSilent }: Visited, deployed: Deployed): string[] => {
  // Not a refusal: its name may not be known everywhere yet, so that azd is left to try.
  if (isSilent) return ['A deployment site does not answer from here. Is its name known here yet?']
  if (refused === undefined) return ['Code can be deployed from here.']
  const added = refused === unnamed ? '<your public address>' : refused
  const list = [deployed['DEPLOYER_ADDRESSES'] ?? '', added].filter((part) => part !== '').join(',')
  return [
    `The deployment sites refuse ${refused}. Add it to the parameter deployerAddresses:`,
    `  azd env set DEPLOYER_ADDRESSES "${list}" && azd provision`,
    'It opens the deployment sites of both apps and nothing else; take it out again afterwards.',
  ]
}

const brokerLines = ({ refused, isSilent }: Visited): string[] => {
  if (isSilent) return ['The broker does not answer this machine.']
  if (refused === undefined) return ['The broker answers this machine.']
  return [
    `The broker refuses ${refused}, as it should unless callers or operators are there:`,
    '  parameters callerAddresses (CALLER_ADDRESSES) and managementAddresses (MANAGEMENT_ADDRESSES)',
  ]
}
