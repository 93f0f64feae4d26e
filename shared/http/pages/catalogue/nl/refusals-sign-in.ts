import type { RefusalWords } from '../../outcome-view.ts'
import { again, stored, you } from './refusal-sentences.ts'

/** Weigeringen vanwege de uitnodiging, de browser of de aanmelding zelf. */
export const signInRefusals = {
  invitation_unknown: ({ operatorName }) => ({
    title: 'Deze uitnodiging is niet te gebruiken',
    what: 'Wij vinden op dit adres geen openstaande uitnodiging. De link is misschien onvolledig, of de uitnodiging is al gebruikt, geannuleerd of verlopen.',
    who: `u en ${operatorName}`,
    next: [
      'Controleer of u de hele link hebt geopend, precies zoals u hem hebt ontvangen.',
      `Lukt het dan nog niet, vraag ${operatorName} dan om een nieuwe uitnodiging.`,
    ],
    stored,
  }),
  invitation_expired: ({ operatorName }) => ({
    title: 'Deze uitnodiging is verlopen',
    what: 'Een uitnodiging is te gebruiken tot haar einddatum, en die is voorbij.',
    who: operatorName,
    next: [`Vraag ${operatorName} om een nieuwe uitnodiging.`],
    stored,
  }),
  invitation_used: ({ operatorName }) => ({
    title: 'Deze uitnodiging is al gebruikt',
    what: 'Een uitnodiging vervalt zodra er een toestemming mee is opgeslagen, en dat is gebeurd.',
    who: 'niemand, als u of een collega het was',
    next: [
      'Hebt u of heeft een collega zojuist toestemming gegeven, dan is alles gedaan.',
      `Was het niemand van uw organisatie, meld dat dan meteen aan ${operatorName}, op een nummer dat u al had.`,
      'Wilt u de toestemming bekijken of vernieuwen, meld u dan aan op uw eigen pagina.',
    ],
    stored,
  }),
  attempt_unknown: () => ({
    title: 'Deze aanmelding is verlopen',
    what: 'Wij kennen deze aanmelding niet: zij duurde te lang, of haar antwoord is al gebruikt.',
    who: you,
    next: [again, 'Rond de aanmelding binnen 15 minuten af.'],
    stored,
  }),
  other_browser: ({ operatorName }) => ({
    title: 'Deze aanmelding begon in een andere browser',
    what: 'Voor uw veiligheid moet een aanmelding eindigen in de browser waarin zij begon. Zij begon niet in deze browser, of deze browser bewaart onze cookie niet.',
    who: you,
    next: [
      'Ga in één browser terug naar waar u begon en blijf daarin. Sta cookies voor deze site toe.',
      `Bent u zelf geen aanmelding begonnen, sluit dan deze pagina en laat het ${operatorName} weten.`,
    ],
    stored,
  }),
  signin_cancelled: () => ({
    title: 'U hebt de aanmelding geannuleerd',
    what: 'Microsoft meldt dat de aanmelding is geannuleerd, of dat de machtigingen zijn geweigerd.',
    who: you,
    next: [
      'Is dat uw bedoeling, dan hoeft u niets te doen.',
      'Zo niet, ga dan terug naar waar u begon, meld u aan en ga akkoord met de machtigingen.',
    ],
    stored,
  }),
  signin_error: ({ operatorName }) => ({
    title: 'Microsoft weigerde de aanmelding',
    what: 'Microsoft heeft de aanmelding niet voltooid en stuurde een fout.',
    who: 'u, of een beheerder van uw tenant',
    next: [
      'Laat de oorzaak wegnemen; uw beheerder vindt haar in de aanmeldingslogboeken van Microsoft Entra.',
      again,
      `Mislukt het weer, neem dan contact op met ${operatorName} en noem de codes hieronder.`,
    ],
    stored,
  }),
  wrong_tenant: ({ operatorName }) => ({
    title: 'U hebt zich bij een andere tenant aangemeld',
    what: 'De aanmelding was voor één tenant, en het account dat zich aanmeldde hoort bij een andere.',
    who: you,
    next: [
      'Ga terug naar waar u begon, in een privévenster als de browser zelf het account kiest.',
      'Meld u aan met een account van de verwachte tenant.',
      `Noemt de uitnodiging de verkeerde tenant, vraag ${operatorName} dan om een nieuwe.`,
    ],
    stored,
  }),
  guest: () => ({
    title: 'Dit account is een gast',
    what: 'Het account dat zich aanmeldde, is in de verwachte tenant alleen gast. Het Partnercentrum accepteert alleen een account van de tenant zelf.',
    who: you,
    next: [
      'Kies een account van die tenant met de rol Admin Agent of Sales Agent.',
      'Ga terug naar waar u begon en meld u daarmee aan.',
    ],
    stored,
  }),
  cross_site: ({ operatorName }) => ({
    title: 'Dit verzoek kwam niet van onze pagina',
    what: 'Het formulier is niet verzonden vanaf een van onze pagina’s. Misschien probeerde een andere site voor u een aanmelding te beginnen.',
    who: you,
    next: [
      'Sluit deze pagina. Open zelf de link in uw uitnodiging, of uw eigen pagina, en begin daar.',
      `Bracht een andere pagina u hier, laat dat dan ${operatorName} weten.`,
    ],
    stored,
  }),
  not_yours: ({ operatorName }) => ({
    title: 'Hier is niets voor dit account',
    what: 'Alleen wie een toestemming gaf, of een globale beheerder van dezelfde organisatie, kan haar bekijken, vernieuwen of intrekken. Dit account is geen van beide, of uw organisatie heeft hier geen toestemming gegeven.',
    who: you,
    next: [
      'Meld u aan met het account dat de toestemming gaf, of vraag een globale beheerder van uw organisatie dat te doen.',
      `Heeft uw organisatie nog geen toestemming gegeven? Vraag ${operatorName} dan om een uitnodiging.`,
    ],
    stored,
  }),
  not_renewable: ({ operatorName }) => ({
    title: 'Deze toestemming is hier niet te vernieuwen',
    what: 'Er is nu geen toestemming die u zelf kunt vernieuwen.',
    who: operatorName,
    next: [`Vraag ${operatorName} om een nieuwe uitnodiging.`],
    stored,
  }),
} satisfies Partial<RefusalWords>
