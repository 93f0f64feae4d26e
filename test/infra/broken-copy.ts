/** One way to spoil the templates, and the rule that must name it. */
export type BrokenCopy = {
  rule: string
  file: string
  /** Text of that file, and what stands there instead; `add` is put at the end. */
  edit: { from: string; to: string } | { add: string }
  /** Part of what is said, where the rule says several things. */
  says?: string
}

export const broken =
  (file: string) =>
  (...[rule, from, to, says]: [string, string, string, string?]): BrokenCopy => ({
    rule,
    file: `infra/${file}`,
    edit: { from, to },
    ...(says !== undefined && { says }),
  })

export const main = broken('main.bicep')
export const vault = broken('modules/vault.bicep')
export const account = broken('modules/storage-account.bicep')
export const app = broken('modules/app.bicep')
export const brokerApp = broken('modules/broker.bicep')
export const onboardingApp = broken('modules/onboarding.bicep')
export const access = broken('modules/access.bicep')
export const accessList = broken('access.json')
export const monitoring = broken('modules/monitoring.bicep')
export const alerts = broken('modules/alerts.bicep')
export const stores = broken('modules/stores.bicep')
export const sealKey = broken('modules/seal-key.bicep')
export const endpoints = broken('modules/endpoints.bicep')
export const network = broken('modules/network.bicep')
export const added = (
  ...[rule, file, add, says]: [string, string, string, string?]
): BrokenCopy => ({
  rule,
  file: `infra/${file}`,
  edit: { add },
  ...(says !== undefined && { says }),
})
