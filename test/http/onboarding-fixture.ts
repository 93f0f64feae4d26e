import { HttpRequest, type HttpResponseInit } from '@azure/functions'
import type { BrokerError } from '../../shared/broker/broker-error.ts'
import type { Relay } from '../../shared/broker/relay.ts'
import type { OnboardingDesk } from '../../shared/http/onboarding/desk.ts'
import { operator } from './pages-fixtures.ts'
import { partnerFacts } from './partner-fixtures.ts'

export const onboardingUrl = 'https://onboarding.northwind.example'
export const session = 's'.repeat(43)
export const csrf = partnerFacts.csrf
export const started = {
  kind: 'started',
  address: 'https://login.example/tenant/oauth2/v2.0/authorize?x=1',
  attempt: 'a'.repeat(32),
  browser: 'b'.repeat(43),
} as const

type Asked = { verb: string; request: object }

/** A broker that knows one session and records what it was asked; `answers` changes what it says. */
export const deskWith = (
  answers: Partial<Relay> = {},
): { desk: OnboardingDesk; asked: Asked[]; refused: BrokerError[] } => {
  const asked: Asked[] = []
  const refused: BrokerError[] = []
  const isIn = (request: { session: string }) => request.session === session
  const usual: Relay = {
    invitation: async () => ({ kind: 'invitation_unknown' }),
    signIn: async () => started,
    approval: async () => ({ kind: 'approval', address: 'https://login.example/adminconsent?y=1' }),
    callback: async () => ({ kind: 'signed_in', session }),
    partnerSignIn: async () => started,
    partner: async (request) => (isIn(request) ? partnerFacts : { kind: 'signed_out' }),
    renew: async () => started,
    withdraw: async () => ({
      kind: 'withdrawn',
      partner: partnerFacts.partner,
      revokedAt: 1,
      tokensAliveUntil: 1,
      isFinished: true,
      app: partnerFacts.app,
    }),
    signOut: async () => ({ kind: 'signed_out' }),
  }
  const relay = Object.fromEntries(
    Object.entries({ ...usual, ...answers }).map(([verb, answer]) => [
      verb,
      (request: never) => {
        asked.push({ verb, request })
        return answer(request)
      },
    ]),
  )
  const desk: OnboardingDesk = {
    relay: { ...usual, ...relay },
    operator,
    onboardingUrl,
    authorityHost: 'https://login.example',
    onRefused: (error) => void refused.push(error),
  }
  return { desk, asked, refused }
}

type Sent = {
  method?: 'GET' | 'POST'
  path?: string
  params?: Record<string, string>
  headers?: Record<string, string>
  cookie?: string
  form?: Record<string, string>
}

/** A request as the browser sends it from our own page; `headers` changes that. */
export const requestOf = ({ method, path = '/partner', form, cookie, ...sent }: Sent) => {
  const isPost = (method ?? (form ? 'POST' : 'GET')) === 'POST'
  return new HttpRequest({
    url: `${onboardingUrl}${path}`,
    method: isPost ? 'POST' : 'GET',
    params: sent.params ?? {},
    headers: {
      'sec-fetch-site': 'same-origin',
      ...(isPost && {
        origin: onboardingUrl,
        'content-type': 'application/x-www-form-urlencoded',
      }),
      ...(cookie !== undefined && { cookie }),
      ...sent.headers,
    },
    ...(isPost && { body: { string: new URLSearchParams(form).toString() } }),
  })
}

export const signedIn = `__Host-session=${session}`

/** Headers of an answer, by their lower-case names. */
export const headersOf = (answer: HttpResponseInit): Headers => new Headers(answer.headers)

/** The body of an answer, as text. */
export const bodyOf = ({ body }: HttpResponseInit): string => {
  if (typeof body !== 'string') throw new Error('the answer has no text')
  return body
}
