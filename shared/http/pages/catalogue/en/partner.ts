/** The partner's own page: the consent that is held, and what became of it. */
export const partner = {
  title: 'Your consent',
  lead: (operator: string, partnerName: string) =>
    `What ${partnerName} allows ${operator} to do at Microsoft, and what was done with it.`,
  leadOver: (operator: string, partnerName: string) =>
    `What ${partnerName} allowed ${operator} to do at Microsoft, and what was done with it.`,
  signedInAs: 'You are signed in as',
  signedIn: 'You are signed in.',
  allowed: 'What you allowed',
  record: {
    title: 'The record',
    by: 'Consented by',
    byYou: '(you)',
    byAccount: 'account',
    at: 'Consented on',
    rotated: 'Sealed token last replaced',
    rotatedHint: 'About once a week we replace the sealed token by a new one from Microsoft.',
    deleted: 'Sealed token deleted on',
    deleting:
      'The sealed token is being deleted. Once we have seen that it is gone, the time stands here.',
    used: 'Last used',
    unused: 'no use on record',
    unread: 'cannot be shown now',
    ends: 'Ends on',
    ended: 'Ended on',
    why: 'Reason',
    receipt: 'Download the consent receipt',
    receiptText: 'The receipt is a text file with these facts, for your own records.',
  },
  usage: {
    title: 'What was done in your name',
    text: (operator: string) =>
      `Each token let a service of ${operator} act as the account that consented, at one Microsoft service and for about an hour.`,
    compare:
      'Compare this with your own sign-in logs in the Microsoft Entra admin center (non-interactive sign-ins of that account), as Microsoft asks of partners. Fraud alerts for Azure subscriptions of your customers come to you in Partner Center: nobody here sees them.',
    caption: 'Tokens handed out in the last 30 days',
    through: 'counted up to',
    none: 'No token was handed out in the last 30 days',
    uncounted:
      'Nothing has been counted yet: tokens are counted every hour. Please look again later',
    unavailable: (operator: string) =>
      `This cannot be shown now. Your consent is not affected. Please ask ${operator}, or look again later.`,
    service: 'Microsoft service',
    purpose: 'Purpose',
    customer: 'Customer',
    tokens: 'Tokens',
    day: 'Day',
    own: 'your own organisation',
    others: 'all others together',
    byDay: 'Day by day',
    byDayCaption: 'The same tokens by day (UTC)',
    more: (count: number) =>
      count === 1 ? 'One more line is not shown here.' : `${count} more lines are not shown here.`,
  },
  addresses: {
    title: 'The addresses we call from',
    text: (operator: string) =>
      `For your Conditional Access policies: the service of ${operator} calls Microsoft from these addresses.`,
  },
  renew: {
    title: 'Renew now',
    text: 'You sign in at Microsoft and consent again, for a new term. Until the new consent is stored, the present one stays as it is.',
    other:
      'You are not the person who consented. If you renew, the services act as you from then on.',
    accountTitle: 'Which account can renew',
    button: 'Renew the consent',
    again: {
      title: 'Consent again',
      text: 'You sign in at Microsoft and consent again, for a new term. Until then the services have no access.',
      button: 'Consent again',
    },
    not: (operator: string) =>
      `This consent cannot be renewed here. Ask ${operator} for a new invitation.`,
  },
  signOut: {
    button: 'Sign out',
    text: 'You are signed out after 15 minutes in any case.',
  },
}
