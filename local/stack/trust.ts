import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/** Makes this process trust the stack's certificate authority, for every https client in it. */
export const trustAuthority = (ca: string): void => {
  const trusted = getCACertificates('default')
  if (!trusted.includes(ca)) setDefaultCACertificates([...trusted, ca])
}
