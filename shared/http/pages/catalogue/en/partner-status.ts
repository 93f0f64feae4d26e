const days = (count: number) => (count === 1 ? '1 day' : `${count} days`)

/** How a consent fares, why it ends, and what to do about it. */
export const partnerStatus = {
  title: 'How it stands',
  active: {
    name: 'Active',
    text: (operator: string) =>
      `The services of ${operator} have access. There is nothing for you to do.`,
  },
  expiring: {
    name: (count: number) => (count < 1 ? 'Ends today' : `Ends in ${days(count)}`),
    text: (operator: string) =>
      `The services of ${operator} still have access. Renew the consent before it ends, or they stop.`,
  },
  degraded: {
    name: 'Active, with a problem',
    text: (operator: string) =>
      `The services of ${operator} still have access, but something is wrong that may end it.`,
    since: 'Since',
  },
  consent_needed: {
    name: 'Consent needed',
    text: (operator: string) =>
      `The services of ${operator} have no access any more, until the consent is renewed.`,
  },
  revokedByPartner: {
    name: 'Withdrawn',
    text: (operator: string) =>
      `Your organisation withdrew the consent. The services of ${operator} have no access.`,
  },
  revokedByOperator: {
    name: 'Ended',
    text: (operator: string) =>
      `${operator} ended the consent. Its services have no access. Only a new invitation can begin anew.`,
  },
  /** By the reason that the broker gives; what to do stands behind what is wrong. */
  problems: {
    not_an_agent:
      'The account that consented has no agent role in Partner Center any more, or not permanently. In Partner Center, under Account settings > User management, give it the role Admin agent or Sales agent, not through PIM. Nothing else is needed.',
    mfa_missing:
      'Partner Center says that the sign-in behind this consent carries no multifactor authentication (MFA), and Microsoft may refuse access without it. Register a method at Microsoft (aka.ms/mfasetup) and renew the consent with MFA.',
    blocked_by_policy:
      'A Conditional Access policy of your organisation blocks our access. Your administrator finds the policy in the sign-in logs and can allow the account, or the addresses we call from.',
  },
  otherProblem: (operator: string) => `Ask ${operator} what is wrong, and name this reason:`,
  because: {
    consent_term: 'The agreed term is over then.',
    refresh_token: 'Microsoft lets the access (the refresh token) expire then.',
    consent_needed: 'Microsoft does not accept the earlier sign-in any more.',
    revoked: 'The operator of this service ended it.',
    withdrawn: 'Your organisation withdrew it.',
  },
}
