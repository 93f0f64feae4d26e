/** Sentences that many refusals share. */
export const you = 'you'
export const stored = 'Nothing was stored; an earlier consent keeps working.'
export const again = 'Open the link of the invitation again, and sign in.'
