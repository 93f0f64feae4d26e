/** Waar een partner zich aanmeldt voor de eigen pagina: via een vernieuwingslink, of met de tenant-id. */
export const partnerSignIn = {
  title: 'Uw toestemming',
  renewTitle: 'Uw toestemming vernieuwen',
  lead: (operator: string) =>
    `Hier kunt u de toestemming die ${operator} van uw organisatie kreeg bekijken, vernieuwen of intrekken. Meld u daarvoor eerst aan.`,
  ended: {
    page: 'U bent niet (meer) aangemeld: na 15 minuten wordt u vanzelf afgemeld. Meld u opnieuw aan.',
    form: 'Wat u zojuist hebt verzonden, is niet uitgevoerd, want u bent niet meer aangemeld: dat gebeurt na 15 minuten, en na een intrekking. Meld u opnieuw aan om te zien hoe het ervoor staat.',
  },
  signIn: {
    title: 'Aanmelden',
    texts: [
      'De knop brengt u naar Microsoft, dat ons alleen laat weten wie u bent. Deze aanmelding geeft ons nergens toegang toe.',
      'Wij vragen nooit om uw wachtwoord. U typt het alleen bij Microsoft, op een pagina waarvan het adres begint met https://login.microsoftonline.com/.',
    ],
    tenant: 'Tenant-id van uw organisatie',
    tenantHint:
      'U vindt de tenant-id in het Microsoft Entra-beheercentrum onder Overzicht, en op uw toestemmingsbewijs. Een voorbeeld: 1a2b3c4d-0000-4000-8000-123456789abc.',
    tenantWrong:
      'Dat is geen tenant-id. Een tenant-id bestaat uit 32 cijfers en letters van a tot en met f, met vier streepjes.',
    button: 'Aanmelden bij Microsoft',
  },
  here: {
    title: 'Wat u daar kunt doen',
    items: [
      'De toestemming vernieuwen, zodat de diensten blijven werken.',
      'Zien wie waarvoor toestemming gaf, tot wanneer die geldt en wat er de afgelopen 30 dagen mee is gedaan.',
      'Een toestemmingsbewijs downloaden, of de toestemming intrekken.',
    ],
  },
  who: {
    title: 'Wie zich kan aanmelden',
    items: (operator: string) => [
      'Degene die de toestemming heeft gegeven.',
      'Een globale beheerder van dezelfde organisatie.',
      `Alle anderen, en organisaties zonder toestemming, hebben een uitnodiging nodig. ${operator} kan u die sturen.`,
    ],
  },
  meanwhile: {
    title: 'In de tussentijd',
    texts: [
      'Een toestemming die nog werkt, blijft werken totdat de nieuwe is opgeslagen. Wordt de vernieuwing geweigerd, dan verandert er niets.',
      'Deze pagina is voor elke organisatie gelijk: zij verraadt niet wie toestemming heeft gegeven.',
    ],
  },
}
