/** Told of what was done on a partner's own pages: one line in the log. */
export type OnPartner = (
  event: 'renewal_started' | 'partner_withdrew' | 'partner_signed_out',
  facts: { partner: string; person: string; correlationId?: string },
) => void
