/** Zinnen die veel weigeringen delen. */
export const you = 'u'
export const stored = 'Er is niets opgeslagen; een eerdere toestemming blijft zoals zij is.'
export const again =
  'Ga terug naar waar u begon (de link in uw uitnodiging, of uw eigen pagina) en meld u opnieuw aan.'
