import type { FirstInvitation } from './first-invitation.ts'
import type { StackFacts } from './stack-facts.ts'

export type PanelInput = {
  facts: StackFacts
  invitation: FirstInvitation
  /** The argument that names another state folder, where there is one. */
  stateArgument: string
  elapsedMs: number
}

/** What a person at the terminal needs: what runs where, the page to open, the first token. */
export const panel = ({ facts, invitation, stateArgument, elapsedMs }: PanelInput): string => {
  const partner = facts.partners[0]?.name ?? ''
  const admin = facts.people.find(({ mfa, agent }) => mfa && agent)?.name ?? ''
  const rows = [
    ['onboarding', facts.onboarding],
    ['broker', [facts.broker, ...facts.brokers].join('  ')],
    ['Entra', facts.entra],
    ['Key Vault', facts.vault],
    ['Partner Center', facts.apis.partnerCenter],
    ['Graph', facts.apis.graph],
    ['ARM', facts.apis.arm],
    ['Tables', facts.tables],
  ].map(([name = '', address = '']) => `  ${name.padEnd(15)} ${address}`)
  return [
    '',
    `The embedded stack is ready (${(elapsedMs / 1000).toFixed(1)} s).`,
    '',
    ...rows,
    '',
    `  1. Consent for ${partner}: open this page and sign in as`,
    `     "${admin}" (the short code is ${invitation.code}).`,
    `     ${invitation.url}`,
    `  2. Fetch a token for Partner Center:`,
    `     npm run -s token${stateArgument}`,
    '',
    `  The browser will warn of the certificate: its authority is ${facts.ca}.`,
    '  Ctrl-C stops everything. State stays; npm run reset clears it.',
    '',
  ].join('\n')
}
