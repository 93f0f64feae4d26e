/** Sentences that many refusals share. */
export const you = 'you'
export const stored = 'Nothing was stored; an earlier consent keeps working.'
export const again =
  'Go back to where you began (the link of your invitation, or your own page), and sign in again.'
