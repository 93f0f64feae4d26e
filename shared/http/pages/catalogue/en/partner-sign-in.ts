/** Where a partner signs in to her own page: from a link to renew, or by her tenant ID. */
export const partnerSignIn = {
  title: 'Your consent',
  renewTitle: 'Renew your consent',
  lead: (operator: string) =>
    `Sign in to see, renew or withdraw the consent that ${operator} received from your organisation.`,
  ended: {
    page: 'You are not signed in, or not any more: a session ends after 15 minutes. Sign in again.',
    // Also what a second click on the same button leads to, so that it must not say that nothing was done.
    form: 'What you just sent was not carried out, since you are not signed in any more: a session ends after 15 minutes, and with a withdrawal. Sign in again to see how it stands.',
  },
  signIn: {
    title: 'Sign in',
    texts: [
      'The button takes you to Microsoft, which tells us only who you are. This sign-in gives us no access to anything.',
      'We never ask for your password. You type it only at Microsoft, on a page whose address begins with https://login.microsoftonline.com/.',
    ],
    tenant: 'Tenant ID of your organisation',
    tenantHint:
      'It is in the Microsoft Entra admin center, under Overview, and in your consent receipt. It looks like 1a2b3c4d-0000-4000-8000-123456789abc.',
    tenantWrong:
      'That is not a tenant ID. It has 32 digits and letters from a to f, with four hyphens.',
    button: 'Sign in with Microsoft',
  },
  here: {
    title: 'What you can do there',
    items: [
      'Renew the consent, so that the services keep working.',
      'See who consented to what, until when, and what was done with it in the last 30 days.',
      'Download a receipt, or withdraw the consent.',
    ],
  },
  who: {
    title: 'Who can sign in',
    items: (operator: string) => [
      'The person who gave the consent.',
      'A Global Administrator of the same organisation.',
      `Anybody else, and an organisation without a consent, needs an invitation. ${operator} can send you one.`,
    ],
  },
  meanwhile: {
    title: 'In the meantime',
    texts: [
      'A consent that still works keeps working until the new one is stored. If the renewal is refused, nothing changes.',
      'This page is the same for every organisation: it does not tell who has given a consent.',
    ],
  },
}
