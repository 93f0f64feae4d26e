import type { RefusalWords } from '../../outcome-view.ts'
import { again, stored, you } from './refusal-sentences.ts'

/** Refusals of the invitation, the browser or the sign-in itself. */
export const signInRefusals = {
  invitation_unknown: ({ operatorName }) => ({
    title: 'This invitation cannot be used',
    what: 'We do not find an open invitation at this address. The link may be incomplete, or the invitation was used, cancelled, or is past its date.',
    who: `you and ${operatorName}`,
    next: [
      'Check that you opened the whole link, just as it was sent to you.',
      `If it still fails, ask ${operatorName} for a new invitation.`,
    ],
    stored,
  }),
  invitation_expired: ({ operatorName }) => ({
    title: 'This invitation has expired',
    what: 'An invitation can be used only until its date, and that date has passed.',
    who: operatorName,
    next: [`Ask ${operatorName} for a new invitation.`],
    stored,
  }),
  invitation_used: ({ operatorName }) => ({
    title: 'This invitation was used already',
    what: 'An invitation ends once a consent is stored with it, and that has happened.',
    who: 'nobody, if it was you or a colleague',
    next: [
      'If you or a colleague just gave consent, there is nothing left to do.',
      `If nobody of your organisation did, tell ${operatorName} at once, on a number you already have.`,
      'To see or renew the consent, sign in to your own page.',
    ],
    stored,
  }),
  attempt_unknown: () => ({
    title: 'This sign-in has expired',
    what: 'We do not know this sign-in: it took too long, or its answer was used already.',
    who: you,
    next: [again, 'Complete the sign-in within 15 minutes.'],
    stored,
  }),
  other_browser: ({ operatorName }) => ({
    title: 'This sign-in began in another browser',
    what: 'For your safety a sign-in must end in the browser that began it, and this browser did not begin it, or does not keep our cookie.',
    who: you,
    next: [
      'Go back to where you began, in one browser, and stay in it. Allow cookies for this site.',
      `If you did not begin a sign-in yourself, close this page and let ${operatorName} know.`,
    ],
    stored,
  }),
  signin_cancelled: () => ({
    title: 'You cancelled the sign-in',
    what: 'Microsoft reports that the sign-in was cancelled, or the permissions were declined.',
    who: you,
    next: [
      'If that is what you want, there is nothing left to do.',
      'If not, go back to where you began, sign in, and accept the permissions.',
    ],
    stored,
  }),
  signin_error: ({ operatorName }) => ({
    title: 'Microsoft refused the sign-in',
    what: 'Microsoft did not complete the sign-in and sent an error instead.',
    who: 'you, or an administrator of your tenant',
    next: [
      'Have the cause removed; your administrator finds it in the sign-in logs of Microsoft Entra.',
      again,
      `If it fails again, contact ${operatorName} and name the codes below.`,
    ],
    stored,
  }),
  wrong_tenant: ({ operatorName }) => ({
    title: 'You signed in to another tenant',
    what: 'The sign-in was for one tenant, and the account that signed in belongs to another.',
    who: you,
    next: [
      'Go back to where you began, in a private window if the browser picks the account by itself.',
      'Sign in with an account of the expected tenant.',
      `If the invitation names the wrong tenant, ask ${operatorName} for a new one.`,
    ],
    stored,
  }),
  guest: () => ({
    title: 'This account is a guest',
    what: 'The account that signed in is only a guest in the expected tenant. Partner Center accepts only an account of the tenant itself.',
    who: you,
    next: [
      'Choose an account of that tenant that is an Admin Agent or a Sales Agent.',
      'Go back to where you began, and sign in with it.',
    ],
    stored,
  }),
  cross_site: ({ operatorName }) => ({
    title: 'This request did not come from our page',
    what: 'The form was not sent from one of our pages. Another site may have tried to start a sign-in for you.',
    who: you,
    next: [
      'Close this page. Open the link of your invitation, or your own page, yourself, and begin from there.',
      `If another page brought you here, let ${operatorName} know.`,
    ],
    stored,
  }),
  not_yours: ({ operatorName }) => ({
    title: 'There is nothing for this account here',
    what: 'Only the person who gave a consent, or a Global Administrator of the same organisation, can see, renew or withdraw it. This account is neither, or your organisation has no consent here.',
    who: you,
    next: [
      'Sign in with the account that gave the consent, or ask a Global Administrator of your organisation to do so.',
      `If your organisation has not consented yet, ask ${operatorName} for an invitation.`,
    ],
    stored,
  }),
  not_renewable: ({ operatorName }) => ({
    title: 'This consent cannot be renewed here',
    what: 'There is no consent now that you could renew yourself.',
    who: operatorName,
    next: [`Ask ${operatorName} for a new invitation.`],
    stored,
  }),
} satisfies Partial<RefusalWords>
