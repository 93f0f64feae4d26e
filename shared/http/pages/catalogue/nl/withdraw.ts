/** Een toestemming intrekken, en wat daarna komt. */
export const withdraw = {
  title: 'De toestemming intrekken',
  items: (operator: string) => [
    'Na hooguit 30 seconden krijgt geen enkele dienst nog een token, en het verzegelde token wordt verwijderd.',
    'Tokens die al zijn uitgegeven, kunnen niet worden teruggehaald: bij Microsoft kunnen ze geldig blijven tot ze verlopen, in de regel binnen 90 minuten.',
    `Wat ${operator} bij Microsoft voor u en uw klanten doet, stopt dan, ook bestellingen, wijzigingen en rapporten.`,
    'U kunt dit niet ongedaan maken. Om opnieuw te beginnen, moet iemand opnieuw toestemming geven.',
  ],
  field: 'Typ ter bevestiging uw tenant-id:',
  wrong:
    'Dat was niet uw tenant-id; er is niets ingetrokken. Vergelijk de tenant-id en typ hem opnieuw.',
  button: 'Toestemming intrekken',
  done: {
    title: 'De toestemming is ingetrokken',
    lead: (operator: string) =>
      `Na hooguit 30 seconden krijgt geen enkele dienst van ${operator} er nog toegang mee.`,
    unfinished:
      'De intrekking geldt. Het verwijderen van het verzegelde token duurt bij ons iets langer; daar hoeft u niets voor te doen.',
    record: 'Uw bewijs',
    at: 'Ingetrokken op',
    aliveUntil: 'Tokens kunnen bij Microsoft geldig zijn tot',
    noneAlive: 'Geen enkel token dat wij hebben uitgegeven, is nog geldig.',
    keep: 'Druk deze pagina af of sla haar op als u haar wilt bewaren.',
    signedOut:
      'U bent hier nu afgemeld. Wilt u zien hoe het ervoor staat, of opnieuw toestemming geven, meld u dan weer aan.',
  },
  remove: {
    title: 'Verwijder de toepassing ook bij Microsoft',
    text: 'De toepassing blijft in uw organisatie goedgekeurd totdat iemand haar daar verwijdert. Dat doet een beheerder zo:',
    steps: (app: string, id: string) => [
      'Open het Microsoft Entra-beheercentrum.',
      'Kies Bedrijfstoepassingen (Enterprise applications) > Alle toepassingen.',
      `Kies ${app}. De toepassings-id is ${id}.`,
      'Kies Eigenschappen > Verwijderen.',
    ],
    link: 'Microsoft Entra-beheercentrum openen',
  },
}
