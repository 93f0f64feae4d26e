import { randomUUID } from 'node:crypto'
import type { HttpResponseInit } from '@azure/functions'

export type Correlation = {
  /** Ours, in every answer, log line and record. */
  correlationId: string
  /** The caller's own, echoed when it is an id and nothing else. */
  clientRequestId?: string
}

const plainId = /^[A-Za-z0-9-]{1,64}$/

/** A new correlation id, and the first of the caller's ids that is well formed. */
export const correlate = (sent: (string | null)[]): Correlation => {
  const clientRequestId = sent.find((id) => id !== null && plainId.test(id))
  return {
    correlationId: randomUUID(),
    ...(typeof clientRequestId === 'string' && { clientRequestId }),
  }
}

/** An answer whose headers can still be added to. */
export type Answer = Omit<HttpResponseInit, 'headers'> & { headers: Record<string, string> }

/** Headers of every answer of the broker: never stored, and traceable. */
export const answerHeaders = ({
  correlationId,
  clientRequestId,
}: Correlation): Record<string, string> => ({
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'x-content-type-options': 'nosniff',
  'x-correlation-id': correlationId,
  ...(clientRequestId !== undefined && { 'client-request-id': clientRequestId }),
})

export const withHeaders = (answer: Answer, headers: Record<string, string>): Answer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
})
