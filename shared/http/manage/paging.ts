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

type Listed<T> = {
  brokerUrl: string
  page: Page<T>
  /** What the next page must be asked with, where that was not in the request. */
  query?: Record<string, string>
}

/** A page in Azure's shape: `value`, and `nextLink` while there is more. */
export const listAnswer = <T>(
  request: HttpRequest,
  { brokerUrl, page, query = {} }: Listed<T>,
  view: (item: T) => unknown,
) => ({
  value: page.items.map((item) => view(item)),
  ...(page.next !== undefined && {
    nextLink: nextLink(request, brokerUrl, { ...query, after: page.next }),
  }),
})

// Built from the configured address: the request's host is whatever the client claimed.
const nextLink = (
  request: HttpRequest,
  brokerUrl: string,
  changes: Record<string, string>,
): string => {
  const { pathname } = new URL(request.url)
  const query = new URLSearchParams({ ...Object.fromEntries(request.query), ...changes })
  return `${brokerUrl}${pathname}?${query.toString()}`
}
