import type { EventWords, WordFacts } from './event-message.ts'

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`)

const because = ({ reason }: Pick<WordFacts, 'reason'>): string[] =>
  reason === undefined ? [] : [`Reason: ${reason}.`]

const renewing = (renewUri: string): string[] => [
  'Please open this page and sign in at Microsoft with an Admin Agent or Sales Agent account of your tenant that uses MFA; it takes a few minutes:',
  '',
  renewUri,
]

const waiting = (operator: string): string =>
  `You need not do anything: ${operator} knows and is working on it.`

type Acting = Pick<WordFacts, 'whoMustAct' | 'operator'>

const toAct = (facts: Acting, ifPartner: readonly string[]): readonly string[] =>
  facts.whoMustAct === 'partner_admin' ? ifPartner : [waiting(facts.operator)]

/** The words of events in English. */
export const english: EventWords = {
  locale: 'en-GB',
  greeting: (name) => `Hello${name === undefined ? '' : ` ${name}`},`,
  reasons: {
    consent_term: 'the agreed term ends',
    refresh_token: 'what Microsoft gave for it was not renewed in time',
    term_over: 'the agreed term is over',
    invalid_grant: 'Microsoft no longer accepts the consent',
    interaction_required: 'Microsoft asks for a new sign-in',
    not_an_agent: 'the account that consented is no longer an Admin Agent or Sales Agent',
    mfa_missing: 'the account that consented no longer uses MFA',
    mfa_unproven:
      'Microsoft has not confirmed for two weeks that the account that consented uses MFA',
    probe_unanswered: 'Partner Center has not answered for two weeks',
    blocked_by_policy: 'a policy of your tenant, such as Conditional Access, refuses the sign-in',
    withdrawn: 'an administrator of your tenant withdrew it',
    revoked: 'the operator of the token broker ended it',
  },
  types: {
    'partner.consented': ({ operator, partner, until, ownUri }) => ({
      subject: `Your consent for ${operator} is stored`,
      lines: [
        `An administrator of your tenant ${partner} consented: ${operator} may act for your tenant${until === undefined ? '' : ` until ${until}`}.`,
        'You need not do anything. You see what is held, and renew or withdraw it, at:',
        '',
        ownUri,
      ],
    }),
    'grant.expiring': ({ operator, partner, until, daysLeft, ...facts }) => ({
      subject:
        daysLeft === undefined
          ? `Your consent for ${operator} ends soon`
          : `Your consent for ${operator} ends in ${days(daysLeft)}`,
      lines: [
        `The consent with which ${operator} acts for your tenant ${partner} ends ${until === undefined ? 'soon' : `on ${until}`}. After that ${operator} can do nothing for you.`,
        ...because(facts),
        ...toAct({ operator, ...facts }, renewing(facts.renewUri)),
      ],
    }),
    'grant.consent_needed': (facts) => ({
      subject: `${facts.operator} can no longer act for your tenant`,
      lines: [
        `The consent with which ${facts.operator} acts for your tenant ${facts.partner} no longer works.`,
        ...because(facts),
        ...toAct(facts, [
          `Until an administrator of your tenant consents again, ${facts.operator} can do nothing for you.`,
          ...renewing(facts.renewUri),
        ]),
      ],
    }),
    'grant.degraded': (facts) => ({
      subject: `Your consent for ${facts.operator} needs attention`,
      lines: [
        `The consent with which ${facts.operator} acts for your tenant ${facts.partner} still works in part${facts.until === undefined ? '' : `, until ${facts.until} at most`}.`,
        ...because(facts),
        ...toAct(facts, [
          'Please have an administrator of your tenant mend it: the role or MFA of the account that consented, or the policy that refuses it. Nothing else is needed then. Or have another account consent:',
          ...renewing(facts.renewUri),
        ]),
      ],
    }),
    'grant.recovered': ({ operator, partner, until }) => ({
      subject: `Your consent for ${operator} works again`,
      lines: [
        `The consent with which ${operator} acts for your tenant ${partner} works again${until === undefined ? '' : `, until ${until}`}.`,
        'You need not do anything.',
      ],
    }),
    'grant.revoked': ({ operator, partner, ...facts }) => ({
      subject: `Your consent for ${operator} has ended`,
      lines: [
        `The consent with which ${operator} acted for your tenant ${partner} is revoked: ${operator} gets no new access to your tenant and deletes what it held.`,
        ...because(facts),
        'To remove the application from your tenant as well, an administrator deletes it in Microsoft Entra under Enterprise applications.',
        `Whoever wants to consent again asks ${operator} for an invitation.`,
      ],
    }),
    'rotation.stalled': ({ until, ...facts }) => ({
      subject: 'The token broker does not rotate its grants',
      lines: [
        'The hourly rotation of the token broker has missed at least two runs. Issuing goes on; consents that are not rotated end after 90 days without use.',
        ...because(facts),
        ...(until === undefined ? [] : [`The first of them ends on ${until}.`]),
        'The operator must look at the timer and the queues of the broker app, and may start rotation with POST /manage/rotation of the broker.',
      ],
    }),
    'app_credential.expiring': ({ until, daysLeft }) => ({
      subject: `The credential of the token broker's application ends${daysLeft === undefined ? ' soon' : ` in ${days(daysLeft)}`}`,
      lines: [
        `The credential with which the token broker proves its application to Microsoft Entra ends ${until === undefined ? 'soon' : `on ${until}`}. After that no partner's token can be obtained.`,
        'The operator must add a new credential to the application in Microsoft Entra and name it in the settings of the broker app before that.',
      ],
    }),
  },
}
