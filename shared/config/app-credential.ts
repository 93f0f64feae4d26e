type SecretSources = {
  APP_CREDENTIAL?: unknown
  APP_CLIENT_SECRET?: unknown
  APP_CLIENT_SECRET_NAME?: unknown
  APP_CERTIFICATE_NAME?: unknown
  APP_CERTIFICATE?: unknown
}

/** Whether the kind `secret` has exactly one source of its secret. */
export const hasOneSecret = (settings: SecretSources): boolean => {
  const sources = [settings.APP_CLIENT_SECRET, settings.APP_CLIENT_SECRET_NAME]
  const given = sources.filter((source) => source !== undefined).length
  return settings.APP_CREDENTIAL !== 'secret' || given === 1
}

/** Whether the kind `certificate` has what it needs. */
export const hasCertificate = (settings: SecretSources): boolean =>
  settings.APP_CREDENTIAL !== 'certificate' ||
  (settings.APP_CERTIFICATE !== undefined && settings.APP_CERTIFICATE_NAME !== undefined)
