/** De weg van een beheerder die alleen de toepassing voor de tenant goedkeurt. */
export const approval = {
  title: 'Als een beheerder eerst moet goedkeuren',
  text: 'Mag het account dat zich aanmeldt zelf geen toepassingen goedkeuren? Dan kan een beheerder (een globale beheerder; PIM mag) de toepassing eerst voor de hele organisatie goedkeuren. Wij slaan daarbij niets op, en de uitnodiging blijft open.',
  button: 'Eerst goedkeuren voor de hele organisatie',
  back: {
    title: 'Terug van Microsoft',
    what: 'Meldde Microsoft dat de toepassing is goedgekeurd, dan is die stap klaar. De goedkeuring staat alleen bij Microsoft: wij hebben niets opgeslagen.',
    next: 'Nu kunt u zich, vanuit dezelfde uitnodiging, aanmelden met het account waarmee de diensten gaan werken.',
  },
  refused: {
    title: 'De toepassing is niet goedgekeurd',
    what: 'Microsoft meldt dat de goedkeuring is geannuleerd of geweigerd. Wij hebben niets opgeslagen, en de uitnodiging blijft open.',
    next: 'Dit kan alleen een beheerder die toepassingen voor de organisatie mag goedkeuren, zoals een globale beheerder. Ga terug en probeer het opnieuw, of vraag zo’n beheerder de uitnodiging te openen.',
  },
  goBack: 'Terug naar de uitnodiging',
  noInvitation: 'Open de link in uw uitnodiging opnieuw, precies zoals u hem hebt ontvangen.',
}
