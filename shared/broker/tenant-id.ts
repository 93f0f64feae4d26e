const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** A GUID in the one spelling used for keys (lower case); undefined for anything else. */
export const parseGuid = (text: string): string | undefined => {
  const lower = text.toLowerCase()
  return guid.test(lower) ? lower : undefined
}
