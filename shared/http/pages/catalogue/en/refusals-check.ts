import type { RefusalWords } from '../../outcome-view.ts'
import { again, stored, you } from './refusal-sentences.ts'

/** Refusals after the sign-in: what it brought was checked, and was not good enough to store. */
export const checkRefusals = {
  id_token_invalid: ({ operatorName }) => ({
    title: 'Microsoft’s answer could not be verified',
    what: 'The proof of who signed in (the ID token) was missing or did not pass our checks.',
    who: you,
    next: [again, `If it fails again, contact ${operatorName} and name the correlation ID.`],
    stored,
  }),
  no_refresh_token: ({ operatorName }) => ({
    title: 'Microsoft gave no lasting access',
    what: 'The sign-in succeeded, but Microsoft sent no refresh token, without which the services cannot work while you are away.',
    who: you,
    next: [
      'Go back to where you began, sign in, and accept “Maintain access to data you have given it access to”.',
      `If it fails again, contact ${operatorName}: its application may be set up wrongly.`,
    ],
    stored,
  }),
  audience_refused: ({ operatorName, audience = 'one of the services' }) => ({
    title: 'One of the services refused access',
    what: `We try each wanted Microsoft service before we store a consent. ${audience} refused the account.`,
    who: 'you, or an administrator of your tenant',
    next: [
      'Have the cause removed: the application must be approved for the service, the account must have rights there, and no policy may block it.',
      again,
      `If it fails again, contact ${operatorName} and name the codes below.`,
    ],
    stored,
  }),
  not_an_agent: () => ({
    title: 'This account has no agent role in Partner Center',
    what: 'Partner Center refused to show the customers: the account is neither an Admin Agent nor a Sales Agent, or its role is not active now.',
    who: 'an administrator of your Partner Center account',
    next: [
      'In Partner Center, under Account settings > User management, give the account the role Admin agent or Sales agent: permanently, not through PIM.',
      'Wait some minutes, go back to where you began, and sign in. Or choose another account that has the role.',
    ],
    stored,
  }),
  mfa_missing: () => ({
    title: 'Microsoft saw no multifactor authentication',
    what: 'Partner Center reports that this sign-in carried no multifactor authentication (MFA), and Microsoft refuses access without it. Third-party MFA through a custom control in Conditional Access does not count, because Microsoft does not see it.',
    who: 'you, or an administrator of your tenant',
    next: [
      'Register an MFA method at Microsoft for the account (aka.ms/mfasetup), and have MFA required for it by Conditional Access or security defaults.',
      'If another identity provider does your MFA, have it pass the proof of MFA on to Microsoft.',
      'Go back to where you began, and sign in with MFA.',
    ],
    stored,
  }),
  mfa_unproven: ({ operatorName }) => ({
    title: 'We could not establish whether you used MFA',
    what: 'This is not your fault. Partner Center did not answer our question whether the sign-in carried multifactor authentication (MFA), and we store no consent without that answer.',
    who: operatorName,
    next: [
      'Try again in some minutes, from where you began; an invitation stays open.',
      `If it fails again, tell ${operatorName} and name the correlation ID. There is nothing for you to change.`,
    ],
    stored,
  }),
  account_mismatch: ({ operatorName }) => ({
    title: 'The token belongs to another account',
    what: 'Microsoft’s token was not issued for the account that signed in. That should never happen, so we stopped.',
    who: operatorName,
    next: [
      `Tell ${operatorName}, on a number you already have, and name the correlation ID.`,
      'Sign in again only when they ask you to, in a private window and with one account.',
    ],
    stored,
  }),
  interrupted: ({ operatorName }) => ({
    title: 'The check was interrupted',
    what: 'Something stopped us before the check of your sign-in was complete, and Microsoft’s answer works only once.',
    who: you,
    next: [again, `If it fails again, contact ${operatorName} and name the correlation ID.`],
    stored,
  }),
  in_progress: () => ({
    title: 'Your sign-in is being checked',
    what: 'We are still checking what Microsoft sent. That takes a few seconds.',
    who: you,
    next: [
      'Wait ten seconds, then reload this page. If the browser asks whether to send the form again, agree: it does nothing twice.',
    ],
    stored:
      'Whether the consent is stored is not yet decided; an earlier consent stays as it is till then.',
  }),
  superseded: ({ operatorName }) => ({
    title: 'Another consent was stored in the meantime',
    what: 'While we checked your sign-in, another consent for your tenant was stored. Yours was not needed any more.',
    who: 'nobody, if a colleague did it',
    next: [
      'If you or a colleague gave the other consent, there is nothing left to do.',
      `If nobody of your organisation did, tell ${operatorName} at once, on a number you already have.`,
    ],
    stored: 'Nothing was stored from this sign-in; the other consent keeps working.',
  }),
  revoked: ({ operatorName }) => ({
    title: 'The consent was withdrawn',
    what: 'While we checked your sign-in, the consent for your tenant was withdrawn. A withdrawal wins.',
    who: operatorName,
    next: [`If your organisation wants to go on, ask ${operatorName} for a new invitation.`],
    stored: 'Nothing was stored; the withdrawal stays in force.',
  }),
  unavailable: ({ operatorName }) => ({
    title: 'The service is not available right now',
    what: 'We, or a Microsoft service that we need, did not answer in time. This is not your fault.',
    who: 'you, in a minute',
    next: [
      'Wait a minute, go back to where you began, and sign in.',
      `If it keeps failing, contact ${operatorName} and name the correlation ID.`,
    ],
    stored,
  }),
} satisfies Partial<RefusalWords>
