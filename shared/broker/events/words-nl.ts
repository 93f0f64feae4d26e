import type { EventWords, WordFacts } from './event-message.ts'

const days = (count: number): string => (count === 1 ? '1 dag' : `${count} dagen`)

const because = ({ reason }: Pick<WordFacts, 'reason'>): string[] =>
  reason === undefined ? [] : [`Reden: ${reason}.`]

const renewing = (renewUri: string): string[] => [
  'Open deze pagina en meld u bij Microsoft aan met een account van uw tenant dat Admin Agent of Sales Agent is en MFA gebruikt; het duurt een paar minuten:',
  '',
  renewUri,
]

const waiting = (operator: string): string =>
  `U hoeft niets te doen: ${operator} weet ervan en werkt eraan.`

type Acting = Pick<WordFacts, 'whoMustAct' | 'operator'>

const toAct = (facts: Acting, ifPartner: readonly string[]): readonly string[] =>
  facts.whoMustAct === 'partner_admin' ? ifPartner : [waiting(facts.operator)]

/** The words of events in Dutch. */
export const dutch: EventWords = {
  locale: 'nl-NL',
  greeting: (name = 'beheerder') => `Geachte ${name},`,
  reasons: {
    consent_term: 'de afgesproken termijn eindigt',
    refresh_token: 'wat Microsoft ervoor gaf is niet op tijd vernieuwd',
    term_over: 'de afgesproken termijn is voorbij',
    invalid_grant: 'Microsoft aanvaardt de toestemming niet meer',
    interaction_required: 'Microsoft vraagt om een nieuwe aanmelding',
    not_an_agent: 'het account dat toestemde is geen Admin Agent of Sales Agent meer',
    mfa_missing: 'het account dat toestemde gebruikt geen MFA meer',
    mfa_unproven:
      'Microsoft bevestigt al twee weken niet dat het account dat toestemde MFA gebruikt',
    probe_unanswered: 'Partner Center antwoordt al twee weken niet',
    blocked_by_policy: 'een beleid van uw tenant, zoals Conditional Access, weigert de aanmelding',
    withdrawn: 'een beheerder van uw tenant heeft haar ingetrokken',
    revoked: 'de exploitant van de tokenbroker heeft haar beëindigd',
  },
  types: {
    'partner.consented': ({ operator, partner, until, ownUri }) => ({
      subject: `Uw toestemming voor ${operator} is opgeslagen`,
      lines: [
        `Een beheerder van uw tenant ${partner} heeft toegestemd: ${operator} mag namens uw tenant handelen${until === undefined ? '' : ` tot ${until}`}.`,
        'U hoeft niets te doen. U ziet wat er bewaard wordt, en verlengt het of trekt het in, op:',
        '',
        ownUri,
      ],
    }),
    'grant.expiring': ({ operator, partner, until, daysLeft, ...facts }) => ({
      subject:
        daysLeft === undefined
          ? `Uw toestemming voor ${operator} eindigt binnenkort`
          : `Uw toestemming voor ${operator} eindigt over ${days(daysLeft)}`,
      lines: [
        `De toestemming waarmee ${operator} namens uw tenant ${partner} handelt eindigt ${until === undefined ? 'binnenkort' : `op ${until}`}. Daarna kan ${operator} niets meer voor u doen.`,
        ...because(facts),
        ...toAct({ operator, ...facts }, renewing(facts.renewUri)),
      ],
    }),
    'grant.consent_needed': (facts) => ({
      subject: `${facts.operator} kan niet meer namens uw tenant handelen`,
      lines: [
        `De toestemming waarmee ${facts.operator} namens uw tenant ${facts.partner} handelt werkt niet meer.`,
        ...because(facts),
        ...toAct(facts, [
          `Tot een beheerder van uw tenant opnieuw toestemt kan ${facts.operator} niets voor u doen.`,
          ...renewing(facts.renewUri),
        ]),
      ],
    }),
    'grant.degraded': (facts) => ({
      subject: `Uw toestemming voor ${facts.operator} vraagt aandacht`,
      lines: [
        `De toestemming waarmee ${facts.operator} namens uw tenant ${facts.partner} handelt werkt nog gedeeltelijk${facts.until === undefined ? '' : `, uiterlijk tot ${facts.until}`}.`,
        ...because(facts),
        ...toAct(facts, [
          'Laat een beheerder van uw tenant het herstellen: de rol of MFA van het account dat toestemde, of het beleid dat het weigert. Meer is dan niet nodig. Of laat een ander account toestemmen:',
          ...renewing(facts.renewUri),
        ]),
      ],
    }),
    'grant.recovered': ({ operator, partner, until }) => ({
      subject: `Uw toestemming voor ${operator} werkt weer`,
      lines: [
        `De toestemming waarmee ${operator} namens uw tenant ${partner} handelt werkt weer${until === undefined ? '' : `, tot ${until}`}.`,
        'U hoeft niets te doen.',
      ],
    }),
    'grant.revoked': ({ operator, partner, ...facts }) => ({
      subject: `Uw toestemming voor ${operator} is beëindigd`,
      lines: [
        `De toestemming waarmee ${operator} namens uw tenant ${partner} handelde is ingetrokken: ${operator} krijgt geen nieuwe toegang tot uw tenant en verwijdert wat het bewaarde.`,
        ...because(facts),
        'Om ook de applicatie uit uw tenant te verwijderen, verwijdert een beheerder haar in Microsoft Entra onder Enterprise applications.',
        `Wie opnieuw wil toestemmen vraagt ${operator} om een uitnodiging.`,
      ],
    }),
    'rotation.stalled': ({ until, ...facts }) => ({
      subject: 'De tokenbroker vernieuwt zijn toestemmingen niet',
      lines: [
        'De vernieuwing die de tokenbroker elk uur doet is minstens twee keer uitgebleven. Uitgifte gaat door; wat niet vernieuwd wordt eindigt na 90 dagen zonder gebruik.',
        ...because(facts),
        ...(until === undefined ? [] : [`De eerste eindigt op ${until}.`]),
        'De exploitant moet naar de timer en de wachtrijen van de brokerapp kijken, en kan de vernieuwing starten met POST /manage/rotation van de broker.',
      ],
    }),
    'app_credential.expiring': ({ until, daysLeft }) => ({
      subject: `Het bewijs van de applicatie van de tokenbroker eindigt${daysLeft === undefined ? ' binnenkort' : ` over ${days(daysLeft)}`}`,
      lines: [
        `Het bewijs waarmee de tokenbroker zijn applicatie bij Microsoft Entra bewijst eindigt ${until === undefined ? 'binnenkort' : `op ${until}`}. Daarna is voor geen partner een token te krijgen.`,
        'De exploitant moet vóór die tijd een nieuw bewijs aan de applicatie in Microsoft Entra toevoegen en het in de instellingen van de brokerapp noemen.',
      ],
    }),
  },
}
