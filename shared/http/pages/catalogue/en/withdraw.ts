/** Withdrawing a consent, and what comes after. */
export const withdraw = {
  title: 'Withdraw the consent',
  items: (operator: string) => [
    'After 30 seconds at the most no service gets a token any more, and the sealed token is deleted.',
    'Tokens already handed out cannot be called back: at Microsoft they may stay valid until they run out, as a rule within 90 minutes.',
    `What ${operator} does for you and for your customers at Microsoft then stops, orders, changes and reports included.`,
    'It cannot be undone. To begin anew, somebody has to consent again.',
  ],
  field: 'To confirm, type your tenant ID:',
  wrong: 'That was not your tenant ID, so nothing was withdrawn. Please compare and type it again.',
  button: 'Withdraw the consent',
  done: {
    title: 'The consent is withdrawn',
    lead: (operator: string) =>
      `After 30 seconds at the most no service of ${operator} gets access through it any more.`,
    unfinished:
      'The withdrawal holds. Deleting the sealed token takes us a little longer; you need not do anything for that.',
    record: 'Your record',
    at: 'Withdrawn on',
    aliveUntil: 'Tokens may live on at Microsoft until',
    noneAlive: 'No token that we handed out is still alive.',
    keep: 'Print or save this page if you want to keep it.',
    signedOut:
      'You are signed out here now. To see how it stands, or to consent anew, sign in again.',
  },
  remove: {
    title: 'Remove the application at Microsoft as well',
    text: 'The application stays approved in your organisation until somebody removes it there. To do so, as an administrator:',
    steps: (app: string, id: string) => [
      'Open the Microsoft Entra admin center.',
      'Choose Enterprise applications > All applications.',
      `Choose ${app}. Its application ID is ${id}.`,
      'Choose Properties > Delete.',
    ],
    link: 'Open the Microsoft Entra admin center',
  },
}
