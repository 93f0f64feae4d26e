/** The front page. */
export const home = {
  title: 'Partner consent service',
  lead: (operator: string) =>
    `Here, Microsoft partners (CSP) let services of ${operator} act for them in Partner Center and other Microsoft services, by Microsoft’s Secure Application Model.`,
  operator: 'Who runs this service',
  invited: {
    title: 'If you received an invitation',
    texts: [
      'Open the link of the invitation. The page tells you what you would allow, what is stored, and how to withdraw. Nothing happens until you sign in with Microsoft.',
    ],
  },
  consented: {
    title: 'If your organisation has consented',
    text: 'On your own page you see what is held and what was done with it. There you renew the consent, or withdraw it.',
    link: 'Open your page',
  },
  safe: {
    title: 'How to stay safe',
    items: (operator: string) => [
      'We never ask for your password. You type it only at Microsoft, on a page whose address begins with https://login.microsoftonline.com/.',
      'Each invitation shows a short code. Compare it by calling a number that you already have.',
      `If a message in the name of ${operator} looks wrong to you, do not open its link, and tell us.`,
    ],
  },
}

/** The page of a consent that was stored. */
export const consented = {
  title: 'Your consent is stored',
  lead: (operator: string, partner: string) =>
    `Thank you. Services of ${operator} can now act for ${partner}. You can close this page.`,
  checked:
    'We checked your sign-in: the right tenant, the agent role, and access to each service below.',
  record: 'Your record',
  services: 'What you allowed',
  by: 'Account',
  endsAt: 'Ends at the latest on',
  keep: 'Print or save this page if you want to keep it.',
  later: {
    title: 'Later on',
    renew: 'To renew, or to see what was done',
    renewText: 'Sign in to your own page, before the consent ends:',
    withdraw: 'To withdraw, at any time',
  },
}

/** Answers that failed. */
export const error = {
  title: 'Something went wrong',
  what: 'The fault is on our side. Nothing was stored by this request.',
  next: (operator: string) => [
    `Try again in a minute. If it fails again, contact ${operator} and name the correlation ID.`,
  ],
}
