import { pageHeaders } from '../../../shared/http/pages/security-headers.ts'
import type { Answers, Said } from './small-site.ts'

const page: Said = {
  status: 200,
  headers: pageHeaders({ authorityOrigin: 'https://login.microsoftonline.com' }),
  body: '<title>Contoso</title><h1>Contoso</h1>',
}
const fine: Said = { status: 200, body: '{}' }

/** What a sound onboarding app answers. */
export const soundOnboarding: Answers = (path, address) => {
  if (path === '/' || path.startsWith('/renew/')) return page
  if (path.startsWith('/health/')) return fine
  if (path === '/consent/callback') return { status: 400 }
  if (path !== '/.well-known/security.txt') return undefined
  const expires = new Date(Date.now() + 3600_000).toISOString()
  const canonical = `${address}/.well-known/security.txt`
  return {
    status: 200,
    body: `Contact: mailto:a@b.example\nExpires: ${expires}\nCanonical: ${canonical}\n`,
  }
}

/** What a sound broker answers a machine that it lets in. */
export const soundBroker: Answers = (path, address) => {
  const [, authority = '', ...rest] = path.split('/')
  const base = `${address}/${authority}`
  if (path.startsWith('/health/')) return fine
  if (rest.join('/') === 'v2.0/.well-known/openid-configuration') {
    const document = { issuer: `${base}/v2.0`, token_endpoint: `${base}/oauth2/v2.0/token` }
    return { status: 200, body: JSON.stringify(document) }
  }
  const isGuarded = /^\/(?:manage|internal|whoami|admin)\b|\/token$/.test(path)
  return isGuarded ? { status: 401, headers: { 'x-correlation-id': 'x' } } : undefined
}

/** What App Service answers for an address that no rule lets in. */
export const refusing: Answers = () => ({ status: 403, body: 'Ip Forbidden' })
