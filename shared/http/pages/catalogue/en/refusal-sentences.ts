/** Sentences that many refusals share. */
export const you = 'you'
export const stored = 'Nothing was stored; an earlier consent stays as it is.'
export const again =
  'Go back to where you began (the link of your invitation, or your own page), and sign in again.'
