/** Wat de codes van Microsoft betekenen voor wie de pagina leest. */
export const microsoftErrors = {
  AADSTS16000:
    'het account bestaat niet in deze tenant. Meld u aan met een account van die tenant.',
  AADSTS50020:
    'het account hoort bij een andere tenant. Meld u aan met een account van die tenant.',
  AADSTS50034: 'het account bestaat niet in deze tenant. Controleer de gebruikersnaam.',
  AADSTS50053:
    'het account is vergrendeld, of de aanmelding kwam van een adres dat Microsoft niet vertrouwt. Wacht even, of vraag uw beheerder.',
  AADSTS50055: 'het wachtwoord is verlopen. Wijzig het en meld u opnieuw aan.',
  AADSTS50057:
    'het account is uitgeschakeld. Uw beheerder kan het inschakelen, of kies een ander account.',
  AADSTS50072:
    'het account moet eerst voor MFA worden geregistreerd. Doe dat en meld u opnieuw aan.',
  AADSTS50074: 'de MFA is niet voltooid. Meld u opnieuw aan en voltooi haar.',
  AADSTS50076: 'MFA is vereist. Meld u opnieuw aan en voltooi haar.',
  AADSTS50079:
    'het account moet eerst voor MFA worden geregistreerd. Doe dat en meld u opnieuw aan.',
  AADSTS50105:
    'het account is niet aan de toepassing toegewezen. Uw beheerder kan dat doen onder Bedrijfstoepassingen.',
  AADSTS50158:
    'een verdere controle die uw organisatie eist, is niet voltooid. Uw beheerder weet welke.',
  AADSTS53000:
    'uw organisatie staat hier alleen apparaten toe die aan het beleid voldoen. Gebruik zo’n apparaat, of vraag uw beheerder.',
  AADSTS53003:
    'een beleid voor voorwaardelijke toegang van uw organisatie blokkeert deze toegang. Uw beheerder ziet in de aanmeldingslogboeken welk beleid dat is, en kan de toegang toestaan.',
  AADSTS53004:
    'het account moet voor MFA worden geregistreerd, maar de aanmelding leek riskant. Vraag uw beheerder.',
  AADSTS65001:
    'de toepassing is in uw tenant niet goedgekeurd voor deze dienst. Meld u opnieuw aan en ga akkoord, of laat een beheerder haar goedkeuren.',
  AADSTS65004: 'de machtigingen zijn geweigerd. Meld u opnieuw aan en ga akkoord, als u dat wilt.',
  AADSTS90094:
    'alleen een beheerder kan deze toepassing in uw tenant goedkeuren. Vraag dat aan een globale beheerder.',
  AADSTS90095:
    'een beheerder moet uw aanvraag eerst goedkeuren. Vraag dat aan een globale beheerder.',
  AADSTS500011:
    'uw tenant kent deze Microsoft-dienst niet. Een beheerder moet hem toevoegen (de service-principal maken).',
  AADSTS530034:
    'Microsoft heeft gedelegeerd beheer geblokkeerd vanwege verdachte activiteit. Uw beheerder moet dat eerst oplossen.',
  AADSTS530035:
    'de standaardinstellingen voor beveiliging van uw tenant blokkeren deze toegang. Vraag uw beheerder.',
  AADSTS650052:
    'uw tenant heeft geen abonnement op deze dienst, of heeft hem niet ingeschakeld. Uw beheerder kan dat doen.',
  AADSTS700016: 'de toepassing is onbekend in uw tenant. Een beheerder moet haar eerst goedkeuren.',
  AADSTS7000112:
    'de toepassing is uitgeschakeld in uw tenant. Een beheerder kan haar inschakelen onder Bedrijfstoepassingen.',
}
