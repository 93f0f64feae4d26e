import type { HttpRequest } from '@azure/functions'
import { isSecret } from './cookies.ts'

/** What is no link needs no question to the broker. */
export const isLink = isSecret

export const linkOf = (request: HttpRequest): string => request.params['invitation'] ?? ''

/** Where the page of an invitation is. */
export const invitationPath = (link: string): string => `/onboard/${encodeURIComponent(link)}`
