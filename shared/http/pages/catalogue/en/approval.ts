/** The way of an administrator who only approves the application for the tenant. */
export const approval = {
  title: 'If an administrator has to approve first',
  text: 'If the account that signs in is not allowed to approve applications, an administrator (a Global Administrator; PIM is fine) can first approve this one for the whole organisation. That stores nothing with us, and the invitation stays open.',
  button: 'Approve for the whole organisation first',
  back: {
    title: 'Back from Microsoft',
    what: 'If Microsoft said that the application is approved, that step is done. It is recorded at Microsoft only: we stored nothing.',
    next: 'Next, sign in with the account that the services are to act as, from the same invitation.',
  },
  refused: {
    title: 'The application was not approved',
    what: 'Microsoft reports that the approval was cancelled or refused. We stored nothing, and the invitation stays open.',
    next: 'Only an administrator who may approve applications for the organisation, such as a Global Administrator, can do this. Go back and try again, or ask one to open the invitation.',
  },
  goBack: 'Back to the invitation',
  noInvitation: 'Open the link of your invitation again, just as it was sent to you.',
}
