const days = (count: number) => (count === 1 ? '1 dag' : `${count} dagen`)

/** Hoe een toestemming ervoor staat, waarom zij eindigt en wat daaraan te doen is. */
export const partnerStatus = {
  title: 'Hoe het ervoor staat',
  active: {
    name: 'Actief',
    text: (operator: string) =>
      `De diensten van ${operator} hebben toegang. U hoeft niets te doen.`,
  },
  expiring: {
    name: (count: number) => (count < 1 ? 'Eindigt vandaag' : `Eindigt over ${days(count)}`),
    text: (operator: string) =>
      `De diensten van ${operator} hebben nog toegang. Vernieuw de toestemming voordat zij eindigt, anders vallen de diensten stil.`,
  },
  degraded: {
    name: 'Actief, met een probleem',
    text: (operator: string) =>
      `De diensten van ${operator} hebben nog toegang, maar er is iets mis waardoor die kan eindigen.`,
    since: 'Sinds',
  },
  consent_needed: {
    name: 'Toestemming nodig',
    text: (operator: string) =>
      `De diensten van ${operator} hebben geen toegang meer, totdat de toestemming is vernieuwd.`,
  },
  revokedByPartner: {
    name: 'Ingetrokken',
    text: (operator: string) =>
      `Uw organisatie heeft de toestemming ingetrokken. De diensten van ${operator} hebben geen toegang.`,
  },
  revokedByOperator: {
    name: 'Beëindigd',
    text: (operator: string) =>
      `${operator} heeft de toestemming beëindigd. De diensten hebben geen toegang meer. Opnieuw beginnen kan alleen met een nieuwe uitnodiging.`,
  },
  /** Naar de reden die de broker geeft; wat te doen is, staat achter wat er mis is. */
  problems: {
    not_an_agent:
      'Het account dat toestemming gaf, heeft in het Partnercentrum geen agentrol meer, of niet blijvend. Geef het daar, onder Accountinstellingen > Gebruikersbeheer, de rol Admin Agent (beheeragent) of Sales Agent (verkoopagent), niet via PIM. Meer is niet nodig.',
    mfa_missing:
      'Het Partnercentrum meldt dat de aanmelding achter deze toestemming geen meervoudige verificatie (MFA) bevat, en zonder MFA kan Microsoft de toegang weigeren. Registreer een methode bij Microsoft (aka.ms/mfasetup) en vernieuw de toestemming met MFA.',
    blocked_by_policy:
      'Een beleid voor voorwaardelijke toegang van uw organisatie blokkeert onze toegang. Uw beheerder vindt dat beleid in de aanmeldingslogboeken en kan het account toestaan, of de adressen van waaraf wij Microsoft benaderen.',
  },
  otherProblem: (operator: string) => `Vraag ${operator} wat er mis is en noem daarbij deze reden:`,
  because: {
    consent_term: 'Dan is de afgesproken termijn voorbij.',
    refresh_token: 'Microsoft laat de toegang (het vernieuwingstoken) dan verlopen.',
    consent_needed: 'Microsoft accepteert de eerdere aanmelding niet meer.',
    revoked: 'De beheerder van deze dienst heeft haar beëindigd.',
    withdrawn: 'Uw organisatie heeft haar ingetrokken.',
  },
}
