/** Zinnen die veel weigeringen delen. */
export const you = 'u'
export const stored = 'Er is niets opgeslagen; een eerdere toestemming blijft werken.'
export const again = 'Open de link in de uitnodiging opnieuw en meld u aan.'
