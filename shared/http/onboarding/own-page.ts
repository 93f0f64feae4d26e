import type { HttpRequest } from '@azure/functions'

/**
 * Whether a form comes from our own page: by Fetch Metadata where the browser sends it, and by
 * Origin. Programs send neither; they carry no cookies of an administrator either.
 */
export const isFromOwnPage = ({ headers }: HttpRequest, onboardingUrl: string): boolean => {
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  const siteFits = site === null || site === 'same-origin' || site === 'none'
  return siteFits && (origin === null || origin === new URL(onboardingUrl).origin)
}
