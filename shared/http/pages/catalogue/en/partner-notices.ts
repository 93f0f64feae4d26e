/** Short pages around the partner's own page. */
export const partnerNotices = {
  signed_out: {
    title: 'You are signed out',
    what: 'This browser has no access to your page any more.',
    next: [
      'At Microsoft you may still be signed in. On a computer that others use, sign out there too, and close the browser.',
    ],
  },
  form_expired: {
    title: 'This form is out of date',
    what: 'You signed in again after it was shown, or it was not sent from your page. Nothing was changed.',
    next: ['Open your page again, and send the form from there.'],
  },
  renew_link_wrong: {
    title: 'This link is not complete',
    what: 'A link to renew ends in the tenant ID of your organisation. This one does not.',
    next: ['Open the whole link, just as it was sent to you. Or begin at your own page.'],
  },
  unanswered: {
    title: 'We do not know whether the consent is withdrawn',
    what: 'Our service did not answer. The withdrawal may hold already, or it may not have begun.',
    next: [
      'Open your page and see how it stands. If the consent is not withdrawn, withdraw it there again: doing it twice does no harm.',
      'If you cannot wait, remove the application at Microsoft: in the Microsoft Entra admin center, Enterprise applications > the application > Properties > Delete.',
    ],
  },
  ownPage: 'Open your page',
  microsoftSignOut: 'Sign out at Microsoft',
}
