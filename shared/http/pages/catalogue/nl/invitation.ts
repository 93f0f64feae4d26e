const days = (count: number) => (count === 1 ? '1 dag' : `${count} dagen`)

/** De uitnodigingspagina. */
export const invitation = {
  title: (operator: string) => `Uitnodiging van ${operator}`,
  lead: (operator: string, partner: string) =>
    `${operator} vraagt uw toestemming om bij Microsoft namens ${partner} te handelen. Lees eerst deze pagina. Er gebeurt niets totdat u zich onderaan aanmeldt.`,
  safe: {
    title: 'Controleer of dit echt is',
    compare: (operator: string) =>
      `Twijfelt u? Bel ${operator} op een nummer dat u al had, niet op een nummer van deze pagina of uit het bericht dat u hier bracht, en vergelijk deze korte code:`,
    code: 'Korte code',
    texts: (operator: string) => [
      `Wij vragen nooit om uw wachtwoord. U typt het alleen bij Microsoft, op een pagina waarvan het adres begint met https://login.microsoftonline.com/. ${operator} krijgt het nooit te zien.`,
    ],
  },
  parties: 'Wie het vraagt, en voor welke organisatie',
  permissions: {
    title: 'Wat u toestaat',
    texts: (operator: string) => [
      `Diensten van ${operator} handelen als het account dat zich aanmeldt, nooit met meer rechten dan dat account heeft: in uw eigen tenant, en bij uw klanten voor zover gedelegeerde beheerrechten (GDAP) het account daar toegang geven.`,
    ],
    unknown: 'De machtiging die bij Microsoft zo heet:',
    alsoTitle: 'Wat de pagina van Microsoft ook noemt',
    also: 'U aanmelden en uw basisprofiel lezen (openid, profile), en toegang houden tot gegevens waartoe u toegang hebt verleend (offline_access): dat laatste laat de diensten werken terwijl u er niet bij bent.',
  },
  account: {
    title: 'Wie zich het best aanmeldt',
    texts: (operator: string) => [
      `De diensten van ${operator} handelen voortaan als het account waarmee u zich aanmeldt. Kies een account dat:`,
    ],
    items: [
      'in het Partnercentrum de rol Admin Agent (beheeragent) of Sales Agent (verkoopagent) heeft;',
      'die rol blijvend heeft: niet via Privileged Identity Management (PIM), want dan eindigt de rol en vallen de diensten stil;',
      'zich aanmeldt met meervoudige verificatie (MFA) die Microsoft zelf ziet: MFA van een andere leverancier via een aangepast besturingselement in voorwaardelijke toegang telt niet;',
      'lid is van uw eigen tenant, geen gast;',
      'bij voorkeur alleen hiervoor dient, zodat de toestemming niet eindigt door iemands vakantie, nieuwe telefoon of vertrek.',
    ],
  },
  storage: {
    title: 'Wat wij bewaren, en hoe lang',
    items: [
      'Een vernieuwingstoken (refresh token) dat Microsoft afgeeft wanneer u zich aanmeldt. Het wordt verzegeld (versleuteld) met een sleutel die Azure Key Vault nooit verlaat; alleen onze eigen dienst kan het laten openen.',
      'Welk account toestemming gaf (de object-id), wanneer, voor welke Microsoft-diensten, en wanneer de toestemming het laatst is vernieuwd en gebruikt.',
      'Nooit een wachtwoord, en nooit uw MFA-methode.',
    ],
    until: (term: number) => [
      `De toestemming geldt ten hoogste ${days(term)}. Daarna, of zodra zij wordt ingetrokken, krijgt geen dienst er nog toegang mee en wordt het verzegelde token verwijderd.`,
      'Azure Key Vault houdt wat is verwijderd nog ten hoogste 90 dagen vast, onleesbaar voor onze dienst, en vernietigt het dan.',
      'Een toegangstoken dat al was uitgegeven, kan bij Microsoft geldig blijven tot het verloopt, in de regel binnen 90 minuten.',
    ],
  },
  addresses: {
    title: 'De adressen van waaraf wij Microsoft benaderen',
    text: (operator: string) =>
      `Voor uw beleid voor voorwaardelijke toegang: de dienst van ${operator} benadert Microsoft vanaf deze adressen.`,
    ask: (operator: string) =>
      `Beperkt uw beleid voor voorwaardelijke toegang de locaties? Vraag ${operator} dan vanaf welke adressen de dienst Microsoft benadert, en sta die toe voor het account dat zich aanmeldt.`,
  },
  end: {
    title: 'Wat de toestemming eerder zou beëindigen',
    texts: [
      'Elk van deze zaken legt de diensten stil totdat een beheerder opnieuw toestemming geeft:',
    ],
    items: (term: number) => [
      'een beheerder stelt het wachtwoord van het account opnieuw in via het Microsoft Entra-beheercentrum;',
      'de sessies van het account worden ingetrokken, door een beheerder of door de eigenaar;',
      'het account wordt uitgeschakeld of verwijderd, of verliest zijn agentrol;',
      'een beleid voor voorwaardelijke toegang blokkeert het account, de aanmelding of de adressen die wij gebruiken;',
      'de toepassing wordt verwijderd of uitgeschakeld onder Bedrijfstoepassingen;',
      'de toestemming wordt 90 dagen niet gebruikt (onze dienst gebruikt haar eerder);',
      `de termijn (ten hoogste ${days(term)}) is voorbij.`,
    ],
  },
  renew: {
    title: 'Vernieuwen en intrekken',
    heading: 'Vernieuwen',
    text: (operator: string) =>
      `Meld u hier aan op uw eigen pagina en vernieuw de toestemming daar; anderen dan uzelf en een globale beheerder vragen ${operator} om een nieuwe uitnodiging. De eerdere toestemming blijft werken totdat de nieuwe is opgeslagen.`,
    ownPage: 'Uw eigen pagina',
  },
  withdraw: {
    heading: 'Intrekken, op elk moment',
    items: (operator: string, app?: string) => [
      `Bij Microsoft: open in het Microsoft Entra-beheercentrum Bedrijfstoepassingen (Enterprise applications) > ${app ?? 'de toepassing'} > Eigenschappen > Verwijderen.`,
      `Hier op uw eigen pagina, of door het ${operator} te vragen: binnen 30 seconden vallen de diensten stil, en het verzegelde token wordt verwijderd.`,
    ],
    after: 'Doe bij voorkeur beide.',
  },
  term: {
    label: 'Hoe lang u toestemming geeft',
    hint: 'U mag een kortere tijd kiezen. U kunt vóór het einde vernieuwen, en op elk moment intrekken.',
    days,
  },
  signIn: {
    title: 'Aanmelden om toestemming te geven',
    texts: (operator: string) => [
      'De knop brengt u naar Microsoft. Controleer daar het adres, meld u aan met het gekozen account, en kijk of de naam van de toepassing dezelfde is als op deze pagina.',
      `Wanneer u terugkomt, controleren wij eerst uw aanmelding. Een toestemming die ${operator} niet zou kunnen gebruiken, wordt met de reden geweigerd; dan wordt er niets opgeslagen.`,
    ],
    validUntil: 'Deze uitnodiging is te gebruiken tot',
    button: 'Aanmelden bij Microsoft',
  },
}
