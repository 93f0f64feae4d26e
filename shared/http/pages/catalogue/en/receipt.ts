/** The consent receipt, a text file. */
export const receipt = {
  fileName: 'consent-receipt',
  title: 'CONSENT RECEIPT',
  made: 'Made on',
  who: 'Who consented',
  organisation: 'Organisation',
  tenant: 'Tenant ID',
  account: 'Account (object ID)',
  at: 'Consented on',
  number: 'Consent number',
  status: 'Status',
  ends: 'Ends on',
  ended: 'Ended on',
  to: 'To whom',
  operator: 'Operator',
  contact: 'Contact',
  app: 'Application',
  appId: 'Application (client) ID',
  what: 'What was agreed',
  agreed: (operator: string) =>
    `Services of ${operator} may act as the account named above, never with more rights than that account has, at:`,
  kept: 'What is kept: a refresh token, sealed with a key that never leaves Azure Key Vault, and the facts of this receipt. No password.',
  deleted: (when: string) =>
    `What is kept: the facts of this receipt. The refresh token was deleted on ${when}.`,
  deleting: 'What is kept: the facts of this receipt. The refresh token is being deleted.',
  withdraw: 'How to withdraw, at any time',
  here: 'With the operator: sign in at this address, and choose Withdraw the consent.',
  atMicrosoft: (app: string) =>
    `At Microsoft: Microsoft Entra admin center > Enterprise applications > ${app} > Properties > Delete.`,
  both: 'It is best to do both.',
}
