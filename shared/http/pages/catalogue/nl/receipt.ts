/** Het toestemmingsbewijs, een tekstbestand. */
export const receipt = {
  fileName: 'toestemmingsbewijs',
  title: 'TOESTEMMINGSBEWIJS',
  made: 'Gemaakt op',
  who: 'Wie toestemming gaf',
  organisation: 'Organisatie',
  tenant: 'Tenant-id',
  account: 'Account (object-id)',
  at: 'Gegeven op',
  number: 'Volgnummer',
  status: 'Status',
  ends: 'Eindigt op',
  ended: 'Geëindigd op',
  to: 'Aan wie',
  operator: 'Beheerder van de dienst',
  contact: 'Contact',
  app: 'Toepassing',
  appId: 'Toepassings-id (client)',
  what: 'Wat is afgesproken',
  agreed: (operator: string) =>
    `Diensten van ${operator} mogen handelen als het bovenstaande account, nooit met meer rechten dan dat account heeft, bij:`,
  kept: 'Wat wordt bewaard: een vernieuwingstoken (refresh token), verzegeld met een sleutel die Azure Key Vault nooit verlaat, en de gegevens van dit bewijs. Geen wachtwoord.',
  deleted: (when: string) =>
    `Wat wordt bewaard: de gegevens van dit bewijs. Het vernieuwingstoken (refresh token) is verwijderd op ${when}.`,
  deleting:
    'Wat wordt bewaard: de gegevens van dit bewijs. Het vernieuwingstoken (refresh token) wordt verwijderd.',
  withdraw: 'Intrekken, op elk moment',
  here: 'Bij de beheerder van de dienst: meld u aan op dit adres en kies Toestemming intrekken.',
  atMicrosoft: (app: string) =>
    `Bij Microsoft: Microsoft Entra-beheercentrum > Bedrijfstoepassingen (Enterprise applications) > ${app} > Eigenschappen > Verwijderen.`,
  both: 'Doe bij voorkeur beide.',
}
