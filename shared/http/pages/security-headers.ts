import { styleSource } from './style.ts'

/**
 * The headers of every page: nothing but our one style loads, no framing, no storing.
 * `form-action` names the authority too, since a browser also holds the redirect that answers the form to it.
 */
export const pageHeaders = ({ authorityOrigin }: { authorityOrigin: string }) => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    `default-src 'none'`,
    `style-src ${styleSource()}`,
    `img-src 'self' data:`,
    `form-action 'self' ${new URL(authorityOrigin).origin}`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
  ].join('; '),
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Not `no-referrer`: with it the page's own form would carry `Origin: null`.
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000',
  'permissions-policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-robots-tag': 'noindex, nofollow',
})
