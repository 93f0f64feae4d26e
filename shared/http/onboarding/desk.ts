import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { asBrokerError, type BrokerError } from '../../broker/broker-error.ts'
import type { Relay } from '../../broker/relay.ts'
import { answerHeaders, correlate, type Correlation } from '../correlation.ts'
import { catalogues, languageOf, type Catalogue } from '../pages/catalogue.ts'
import { errorPage } from '../pages/error-page.ts'
import { textOf, type Html } from '../pages/html.ts'
import { pageHeaders } from '../pages/security-headers.ts'

export type OnboardingDesk = {
  relay: Relay
  operator: { operatorName: string; operatorContact: string }
  /** Base address of this app, as the world sees it. */
  onboardingUrl: string
  /** Where Entra's sign-in pages are. */
  authorityHost: string
  onRefused: (error: BrokerError, correlation: Correlation) => void
}

export type Visitor = { request: HttpRequest; words: Catalogue; correlation: Correlation }

/** Shows one page; a fault becomes a page too. */
export const shown = async (
  desk: OnboardingDesk,
  request: HttpRequest,
  run: (visitor: Visitor) => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> => {
  const correlation = correlate([])
  const words = catalogues[languageOf(request.headers.get('accept-language'))]
  try {
    return await run({ request, words, correlation })
  } catch (thrown) {
    desk.onRefused(asBrokerError(thrown), correlation)
    const { correlationId } = correlation
    const view = { ...desk.operator, correlationId }
    return page(desk, correlation, { status: 503, body: errorPage(view, words) })
  }
}

/** A page with the headers that all pages have. */
export const page = (
  desk: OnboardingDesk,
  correlation: Correlation,
  { status, body }: { status: number; body: Html },
): HttpResponseInit => ({
  status,
  headers: {
    ...answerHeaders(correlation),
    ...pageHeaders({ authorityOrigin: desk.authorityHost }),
  },
  body: textOf(body),
})
