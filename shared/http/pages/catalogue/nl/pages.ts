/** De voorpagina. */
export const home = {
  title: 'Toestemmingsdienst voor partners',
  lead: (operator: string) =>
    `Hier laten Microsoft-partners (CSP) diensten van ${operator} namens hen handelen in het Partnercentrum en andere Microsoft-diensten, volgens het Secure Application Model van Microsoft.`,
  operator: 'Wie deze dienst beheert',
  invited: {
    title: 'Als u een uitnodiging hebt ontvangen',
    texts: [
      'Open de link in de uitnodiging. De pagina vertelt u wat u zou toestaan, wat er wordt bewaard en hoe u de toestemming intrekt. Er gebeurt niets totdat u zich bij Microsoft aanmeldt.',
    ],
  },
  consented: {
    title: 'Als uw organisatie al toestemming heeft gegeven',
    text: 'Op uw eigen pagina ziet u welke toestemming er is en wat ermee is gedaan. Daar vernieuwt u haar ook, of trekt u haar in.',
    link: 'Uw pagina openen',
  },
  safe: {
    title: 'Zo blijft u veilig',
    items: (operator: string) => [
      'Wij vragen nooit om uw wachtwoord. U typt het alleen bij Microsoft, op een pagina waarvan het adres begint met https://login.microsoftonline.com/.',
      'Elke uitnodiging toont een korte code. Vergelijk die door een nummer te bellen dat u al had.',
      `Vertrouwt u een bericht uit naam van ${operator} niet? Open dan de link niet, en meld het ons.`,
    ],
  },
}

/** De pagina van een toestemming die is opgeslagen. */
export const consented = {
  title: 'Uw toestemming is opgeslagen',
  lead: (operator: string, partner: string) =>
    `Dank u wel. Diensten van ${operator} kunnen nu namens ${partner} handelen. U kunt deze pagina sluiten.`,
  checked:
    'Wij hebben uw aanmelding gecontroleerd: de juiste tenant, de agentrol en de toegang tot elke dienst hieronder.',
  record: 'Uw bewijs',
  services: 'Wat u hebt toegestaan',
  by: 'Account',
  endsAt: 'Eindigt uiterlijk op',
  keep: 'Druk deze pagina af of sla haar op als u haar wilt bewaren.',
  later: {
    title: 'Later',
    renew: 'Vernieuwen, of zien wat ermee is gedaan',
    renewText: 'Meld u aan op uw eigen pagina, voordat de toestemming eindigt:',
    withdraw: 'Intrekken, op elk moment',
  },
}

/** Antwoorden die mislukten. */
export const error = {
  title: 'Er ging iets mis',
  what: 'De fout ligt bij ons. Met dit verzoek is niets opgeslagen.',
  next: (operator: string) => [
    `Probeer het over een minuut opnieuw. Mislukt het weer, neem dan contact op met ${operator} en noem de correlatie-id.`,
  ],
}
