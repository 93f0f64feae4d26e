/** De eigen pagina van de partner: de toestemming zelf, en wat ermee is gedaan. */
export const partner = {
  title: 'Uw toestemming',
  lead: (operator: string, partnerName: string) =>
    `Wat ${operator} bij Microsoft mag doen namens ${partnerName}, en wat ermee is gedaan.`,
  leadOver: (operator: string, partnerName: string) =>
    `Wat ${operator} bij Microsoft mocht doen namens ${partnerName}, en wat ermee is gedaan.`,
  signedInAs: 'U bent aangemeld als',
  signedIn: 'U bent aangemeld.',
  allowed: 'Wat u hebt toegestaan',
  record: {
    title: 'De gegevens',
    by: 'Toestemming gegeven door',
    byYou: '(uzelf)',
    byAccount: 'account',
    at: 'Gegeven op',
    rotated: 'Verzegeld token laatst vervangen',
    rotatedHint:
      'Ongeveer één keer per week vervangen wij het verzegelde token door een nieuw token van Microsoft.',
    deleted: 'Verzegeld token verwijderd op',
    deleting:
      'Het verzegelde token wordt verwijderd. Zodra wij hebben gezien dat het weg is, staat hier wanneer.',
    used: 'Laatst gebruikt',
    unused: 'geen gebruik bekend',
    unread: 'nu niet beschikbaar',
    ends: 'Eindigt op',
    ended: 'Geëindigd op',
    why: 'Reden',
    receipt: 'Toestemmingsbewijs downloaden',
    receiptText: 'Het bewijs is een tekstbestand met deze gegevens, voor uw eigen administratie.',
  },
  usage: {
    title: 'Wat er namens u is gedaan',
    text: (operator: string) =>
      `Met elk token kon een dienst van ${operator} ongeveer een uur lang bij één Microsoft-dienst handelen als het account dat toestemming gaf.`,
    compare:
      'Vergelijk dit met uw eigen aanmeldingslogboeken in het Microsoft Entra-beheercentrum (niet-interactieve aanmeldingen van dat account), zoals Microsoft van partners vraagt. Fraudemeldingen over Azure-abonnementen van uw klanten krijgt u in het Partnercentrum: hier ziet niemand ze.',
    caption: 'Uitgegeven tokens in de afgelopen 30 dagen',
    through: 'geteld tot',
    none: 'In de afgelopen 30 dagen is geen enkel token uitgegeven',
    uncounted: 'Er is nog niets geteld: tokens worden elk uur geteld. Kijk later nog eens',
    unavailable: (operator: string) =>
      `Dit overzicht is nu niet beschikbaar. Uw toestemming blijft gewoon werken. Vraag het ${operator}, of kijk later nog eens.`,
    service: 'Microsoft-dienst',
    purpose: 'Doel',
    customer: 'Klant',
    tokens: 'Tokens',
    day: 'Dag',
    own: 'uw eigen organisatie',
    others: 'alle overige samen',
    byDay: 'Dag voor dag',
    byDayCaption: 'Dezelfde tokens per dag (UTC)',
    more: (count: number) =>
      count === 1
        ? 'Er is nog één regel, die hier niet wordt getoond.'
        : `Er zijn nog ${count} regels, die hier niet worden getoond.`,
  },
  addresses: {
    title: 'De adressen van waaraf wij Microsoft benaderen',
    text: (operator: string) =>
      `Voor uw beleid voor voorwaardelijke toegang: de dienst van ${operator} benadert Microsoft vanaf deze adressen.`,
  },
  renew: {
    title: 'Nu vernieuwen',
    text: 'U meldt zich aan bij Microsoft en geeft opnieuw toestemming, voor een nieuwe termijn. Totdat de nieuwe toestemming is opgeslagen, blijft de huidige zoals zij is.',
    other:
      'U bent niet degene die de toestemming gaf. Vernieuwt u haar, dan handelen de diensten voortaan als u.',
    accountTitle: 'Welk account kan vernieuwen',
    button: 'Toestemming vernieuwen',
    again: {
      title: 'Opnieuw toestemming geven',
      text: 'U meldt zich aan bij Microsoft en geeft opnieuw toestemming, voor een nieuwe termijn. Tot dan hebben de diensten geen toegang.',
      button: 'Opnieuw toestemming geven',
    },
    not: (operator: string) =>
      `Deze toestemming is hier niet te vernieuwen. Vraag ${operator} om een nieuwe uitnodiging.`,
  },
  signOut: {
    button: 'Afmelden',
    text: 'Na 15 minuten wordt u vanzelf afgemeld.',
  },
}
