const days = (count: number) => (count === 1 ? '1 day' : `${count} days`)

/** The invitation page. */
export const invitation = {
  title: (operator: string) => `Invitation from ${operator}`,
  lead: (operator: string, partner: string) =>
    `${operator} asks for your consent to act for ${partner} at Microsoft. Please read this page first. Nothing happens until you sign in at the end of it.`,
  safe: {
    title: 'Make sure this is genuine',
    compare: (operator: string) =>
      `In doubt? Call ${operator} on a number you already have, not one from this page or the message that brought you here, and compare this short code:`,
    code: 'Short code',
    texts: (operator: string) => [
      `We never ask for your password. You type it only at Microsoft, on a page whose address begins with https://login.microsoftonline.com/. ${operator} never sees it.`,
    ],
  },
  parties: 'Who asks, and for which organisation',
  permissions: {
    title: 'What you allow',
    texts: (operator: string) => [
      `Services of ${operator} act as the account that signs in, never with more rights than that account has: in your own tenant, and at your customers as far as delegated admin rights (GDAP) give the account access there.`,
    ],
    unknown: 'The permission that Microsoft calls',
    alsoTitle: 'What Microsoft’s page lists as well',
    also: 'Signing you in and reading your basic profile (openid, profile), and maintaining access to data you have given it access to (offline_access): that last one lets the services work while you are away.',
  },
  account: {
    title: 'Who should sign in',
    texts: (operator: string) => [
      `The account that signs in is the one that the services of ${operator} act as from then on. Choose an account that:`,
    ],
    items: [
      'is an Admin Agent or a Sales Agent in Partner Center;',
      'has that role permanently: not through Privileged Identity Management (PIM), where the role would end and the services would stop;',
      'signs in with multifactor authentication (MFA) that Microsoft itself sees: third-party MFA through a custom control in Conditional Access does not count;',
      'is a member of your own tenant, not a guest;',
      'is best a dedicated account, so that nobody’s holiday, new phone or departure ends the consent.',
    ],
  },
  storage: {
    title: 'What we store, and for how long',
    items: [
      'A refresh token that Microsoft issues when you sign in. It is sealed (encrypted) with a key that never leaves Azure Key Vault, and only our own service can have it opened.',
      'Which account consented (its object ID), when, for which Microsoft services, and when the consent was last renewed and used.',
      'Never a password, and never your MFA method.',
    ],
    until: (term: number) => [
      `The consent holds for at most ${days(term)}. After that, or as soon as it is withdrawn, no service gets access through it any more, and the sealed token is deleted.`,
      'Azure Key Vault keeps what is deleted for up to 90 days more, where our service cannot read it, and then destroys it.',
      'An access token already handed out can stay valid at Microsoft until it runs out, as a rule within 90 minutes.',
    ],
  },
  addresses: {
    title: 'The addresses we call from',
    text: (operator: string) =>
      `For your Conditional Access policies: the service of ${operator} calls Microsoft from these addresses.`,
    ask: (operator: string) =>
      `If your Conditional Access policies restrict locations, ask ${operator} from which addresses its service calls Microsoft, and allow them for the account that signs in.`,
  },
  end: {
    title: 'What would end the consent early',
    texts: ['Any of these stops the services until an administrator consents again:'],
    items: (term: number) => [
      'an administrator resets the account’s password in the Microsoft Entra admin center;',
      'the account’s sessions are revoked, by an administrator or by its owner;',
      'the account is disabled or deleted, or loses its agent role;',
      'a Conditional Access policy blocks the account, its sign-in or the addresses we call from;',
      'the application is deleted or disabled under Enterprise applications;',
      'the consent is not used for 90 days (our service uses it before then);',
      `its term (at most ${days(term)}) is over.`,
    ],
  },
  renew: {
    title: 'How to renew, and how to withdraw',
    heading: 'To renew',
    text: (operator: string) =>
      `Sign in to your own page here and renew; somebody other than you or a Global Administrator asks ${operator} for a new invitation. The earlier consent keeps working until the new one is stored.`,
    ownPage: 'Your own page',
  },
  withdraw: {
    heading: 'To withdraw, at any time',
    items: (operator: string, app?: string) => [
      `At Microsoft: in the Microsoft Entra admin center, open Enterprise applications > ${app ?? 'the application'} > Properties > Delete.`,
      `On your own page here, or by asking ${operator}: the services stop within 30 seconds, and the sealed token is deleted.`,
    ],
    after: 'It is best to do both.',
  },
  term: {
    label: 'How long you consent',
    hint: 'You may choose a shorter time. You can renew before it ends, and withdraw at any moment.',
    days,
  },
  signIn: {
    title: 'Sign in to consent',
    texts: (operator: string) => [
      'The button takes you to Microsoft. Check the address there, sign in with the account chosen above, and look whether the name of the application is the one on this page.',
      `When you return, we check your sign-in first. A consent that ${operator} could not use is refused with the reason, and nothing is stored.`,
    ],
    validUntil: 'This invitation can be used until',
    button: 'Sign in with Microsoft',
  },
}
