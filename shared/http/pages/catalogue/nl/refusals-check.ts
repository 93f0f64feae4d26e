import type { RefusalWords } from '../../outcome-view.ts'
import { again, stored, you } from './refusal-sentences.ts'

/** Weigeringen na de aanmelding: wat zij bracht is gecontroleerd, en was niet goed genoeg om op te slaan. */
export const checkRefusals = {
  id_token_invalid: ({ operatorName }) => ({
    title: 'Het antwoord van Microsoft was niet te verifiëren',
    what: 'Het bewijs van wie zich aanmeldde (het ID-token) ontbrak of doorstond onze controles niet.',
    who: you,
    next: [
      again,
      `Mislukt het weer, neem dan contact op met ${operatorName} en noem de correlatie-id.`,
    ],
    stored,
  }),
  no_refresh_token: ({ operatorName }) => ({
    title: 'Microsoft gaf geen blijvende toegang',
    what: 'De aanmelding lukte, maar Microsoft stuurde geen vernieuwingstoken (refresh token). Zonder dat token kunnen de diensten niet werken terwijl u er niet bij bent.',
    who: you,
    next: [
      'Ga terug naar waar u begon, meld u aan en ga akkoord met toegang houden tot gegevens (offline_access).',
      `Mislukt het weer, neem dan contact op met ${operatorName}: de toepassing is misschien verkeerd ingesteld.`,
    ],
    stored,
  }),
  audience_refused: ({ operatorName, audience = 'Een van de diensten' }) => ({
    title: 'Een van de diensten weigerde de toegang',
    what: `Wij proberen elke gewenste Microsoft-dienst uit voordat wij een toestemming opslaan. ${audience} weigerde het account.`,
    who: 'u, of een beheerder van uw tenant',
    next: [
      'Laat de oorzaak wegnemen: de toepassing moet voor de dienst zijn goedgekeurd, het account moet er rechten hebben, en geen beleid mag het blokkeren.',
      again,
      `Mislukt het weer, neem dan contact op met ${operatorName} en noem de codes hieronder.`,
    ],
    stored,
  }),
  not_an_agent: () => ({
    title: 'Dit account heeft geen agentrol in het Partnercentrum',
    what: 'Het Partnercentrum weigerde de klanten te tonen: het account is geen Admin Agent en geen Sales Agent, of de rol is nu niet actief.',
    who: 'een beheerder van uw account bij het Partnercentrum',
    next: [
      'Geef het account in het Partnercentrum, onder Accountinstellingen > Gebruikersbeheer, de rol Admin Agent (beheeragent) of Sales Agent (verkoopagent): blijvend, niet via PIM.',
      'Wacht enkele minuten, ga terug naar waar u begon en meld u aan. Of kies een ander account dat de rol heeft.',
    ],
    stored,
  }),
  mfa_missing: () => ({
    title: 'Microsoft zag geen meervoudige verificatie',
    what: 'Het Partnercentrum meldt dat deze aanmelding geen meervoudige verificatie (MFA) bevatte, en zonder MFA weigert Microsoft de toegang. MFA van een andere leverancier via een aangepast besturingselement in voorwaardelijke toegang telt niet: Microsoft ziet die niet.',
    who: 'u, of een beheerder van uw tenant',
    next: [
      'Registreer voor het account een MFA-methode bij Microsoft (aka.ms/mfasetup), en laat MFA voor het account vereisen door voorwaardelijke toegang of de standaardinstellingen voor beveiliging.',
      'Verzorgt een andere identiteitsprovider uw MFA, laat die het bewijs van MFA dan aan Microsoft doorgeven.',
      'Ga terug naar waar u begon en meld u aan met MFA.',
    ],
    stored,
  }),
  mfa_unproven: ({ operatorName }) => ({
    title: 'Wij konden niet vaststellen of u MFA gebruikte',
    what: 'Dit ligt niet aan u. Het Partnercentrum gaf geen antwoord op onze vraag of de aanmelding meervoudige verificatie (MFA) bevatte, en zonder dat antwoord slaan wij geen toestemming op.',
    who: operatorName,
    next: [
      'Probeer het over enkele minuten opnieuw, vanaf waar u begon; een uitnodiging blijft open.',
      `Mislukt het weer, meld het dan aan ${operatorName} en noem de correlatie-id. U hoeft zelf niets te veranderen.`,
    ],
    stored,
  }),
  account_mismatch: ({ operatorName }) => ({
    title: 'Het token hoort bij een ander account',
    what: 'Het token van Microsoft is niet uitgegeven voor het account dat zich aanmeldde. Dat hoort nooit te gebeuren; daarom zijn wij gestopt.',
    who: operatorName,
    next: [
      `Meld het aan ${operatorName}, op een nummer dat u al had, en noem de correlatie-id.`,
      'Meld u pas weer aan als daarom wordt gevraagd, in een privévenster en met één account.',
    ],
    stored,
  }),
  interrupted: ({ operatorName }) => ({
    title: 'De controle is onderbroken',
    what: 'Iets hield ons tegen voordat uw aanmelding volledig was gecontroleerd, en het antwoord van Microsoft werkt maar één keer.',
    who: you,
    next: [
      again,
      `Mislukt het weer, neem dan contact op met ${operatorName} en noem de correlatie-id.`,
    ],
    stored,
  }),
  in_progress: () => ({
    title: 'Uw aanmelding wordt gecontroleerd',
    what: 'Wij controleren nog wat Microsoft stuurde. Dat duurt enkele seconden.',
    who: you,
    next: [
      'Wacht tien seconden en laad deze pagina opnieuw. Vraagt de browser of het formulier opnieuw moet worden verzonden, ga dan akkoord: er gebeurt niets dubbel.',
    ],
    stored:
      'Of de toestemming wordt opgeslagen, is nog niet beslist; tot dan blijft een eerdere toestemming zoals zij is.',
  }),
  superseded: ({ operatorName }) => ({
    title: 'Intussen is een andere toestemming opgeslagen',
    what: 'Terwijl wij uw aanmelding controleerden, is een andere toestemming voor uw tenant opgeslagen. De uwe was niet meer nodig.',
    who: 'niemand, als een collega het deed',
    next: [
      'Hebt u of heeft een collega de andere toestemming gegeven, dan is alles gedaan.',
      `Was het niemand van uw organisatie, meld dat dan meteen aan ${operatorName}, op een nummer dat u al had.`,
    ],
    stored: 'Er is niets opgeslagen van deze aanmelding; de andere toestemming blijft werken.',
  }),
  revoked: ({ operatorName }) => ({
    title: 'De toestemming is ingetrokken',
    what: 'Terwijl wij uw aanmelding controleerden, is de toestemming voor uw tenant ingetrokken. Een intrekking gaat voor.',
    who: operatorName,
    next: [`Wil uw organisatie toch verder, vraag ${operatorName} dan om een nieuwe uitnodiging.`],
    stored: 'Er is niets opgeslagen; de intrekking blijft van kracht.',
  }),
  unavailable: ({ operatorName }) => ({
    title: 'De dienst is nu niet beschikbaar',
    what: 'Wij, of een Microsoft-dienst die wij nodig hebben, gaven niet op tijd antwoord. Dit ligt niet aan u.',
    who: 'u, over een minuut',
    next: [
      'Wacht een minuut, ga terug naar waar u begon en meld u aan.',
      `Blijft het mislukken, neem dan contact op met ${operatorName} en noem de correlatie-id.`,
    ],
    stored,
  }),
} satisfies Partial<RefusalWords>
