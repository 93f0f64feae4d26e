type SigningSources = {
  EVENT_WEBHOOKS?: unknown
  EVENT_SECRET_NAMES?: unknown
  EVENT_SECRET?: unknown
}

/** Whether webhooks have exactly one source of what signs their events. */
export const hasSigning = (settings: SigningSources): boolean => {
  const { EVENT_WEBHOOKS: webhooks, EVENT_SECRET_NAMES: names, EVENT_SECRET: secret } = settings
  if (!Array.isArray(webhooks) || webhooks.length === 0) return true
  return (names === undefined) !== (secret === undefined)
}
