import type { HttpRequest } from '@azure/functions'
import { BrokerError } from '../../broker/broker-error.ts'
import type { Page } from '../../broker/rows.ts'

const defaultSize = 100
const largestSize = 1000

/** `?top=` (1 to 1000) and `?after=` (from a `nextLink`) of a list. */
export const pageOf = ({ query }: HttpRequest): { size: number; after?: string } => {
  const top = query.get('top')
  const size = top === null ? defaultSize : Number(top)
  if (!Number.isInteger(size) || size < 1 || size > largestSize) {
    throw new BrokerError('request_malformed', `top must be 1 to ${largestSize}`, { field: 'top' })
  }
  const after = query.get('after')
  return { size, ...(after !== null && { after }) }
}

/** A page in Azure's shape: `value`, and `nextLink` while there is more. */
export const listAnswer = <T>(
  request: HttpRequest,
  { brokerUrl, page }: { brokerUrl: string; page: Page<T> },
  view: (item: T) => unknown,
) => ({
  value: page.items.map((item) => view(item)),
  ...(page.next !== undefined && { nextLink: nextLink(request, brokerUrl, page.next) }),
})

// Built from the configured address: the request's host is whatever the client claimed.
const nextLink = (request: HttpRequest, brokerUrl: string, after: string): string => {
  const { pathname } = new URL(request.url)
  const query = new URLSearchParams(request.query)
  query.set('after', after)
  return `${brokerUrl}${pathname}?${query.toString()}`
}
