/** Korte pagina’s rond de eigen pagina van de partner. */
export const partnerNotices = {
  signed_out: {
    title: 'U bent afgemeld',
    what: 'Deze browser heeft geen toegang meer tot uw pagina.',
    next: [
      'Bij Microsoft bent u misschien nog aangemeld. Gebruiken anderen deze computer ook, meld u daar dan ook af en sluit de browser.',
    ],
  },
  form_expired: {
    title: 'Dit formulier is verouderd',
    what: 'U hebt zich opnieuw aangemeld nadat het werd getoond, of het is niet vanaf uw pagina verzonden. Er is niets gewijzigd.',
    next: ['Open uw pagina opnieuw en verzend het formulier daar.'],
  },
  renew_link_wrong: {
    title: 'Deze link is niet volledig',
    what: 'Een vernieuwingslink eindigt op de tenant-id van uw organisatie. Deze niet.',
    next: ['Open de hele link, precies zoals u hem hebt ontvangen. Of begin bij uw eigen pagina.'],
  },
  unanswered: {
    title: 'Wij weten niet of de toestemming is ingetrokken',
    what: 'Onze dienst gaf geen antwoord. Misschien geldt de intrekking al, misschien is zij nog niet begonnen.',
    next: [
      'Open uw pagina en kijk hoe het ervoor staat. Is de toestemming niet ingetrokken, trek haar daar dan opnieuw in: tweemaal intrekken kan geen kwaad.',
      'Kunt u niet wachten, verwijder dan de toepassing bij Microsoft: in het Microsoft Entra-beheercentrum, Bedrijfstoepassingen (Enterprise applications) > de toepassing > Eigenschappen > Verwijderen.',
    ],
  },
  ownPage: 'Uw pagina openen',
  microsoftSignOut: 'Afmelden bij Microsoft',
}
