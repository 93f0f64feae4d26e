import type { Attempt, AttemptKind } from './attempt.ts'
import { completeConsent } from './complete-consent.ts'
import type { ConsentOutcome } from './consent-outcome.ts'
import {
  completePartnerSignIn,
  type SigningInToPagesPorts,
} from './partner/complete-partner-sign-in.ts'
import { completeRenewal, type RenewingPorts } from './partner/complete-renewal.ts'
import { answeredCode, type EntraAnswer, type Redeeming } from './signed-in.ts'

export type CompletingPorts = RenewingPorts & SigningInToPagesPorts

type Complete = (ports: CompletingPorts, redeeming: Redeeming) => Promise<ConsentOutcome>

const completions: Record<AttemptKind, Complete> = {
  consent: completeConsent,
  partner: completePartnerSignIn,
  renewal: completeRenewal,
}

/** Takes one attempt from Entra's answer to what it was begun for, or to the reason why not. */
export const completeAttempt = async (
  ports: CompletingPorts,
  { answer, ...completing }: { attempt: Attempt; answer: EntraAnswer; correlationId: string },
): Promise<ConsentOutcome> => {
  const answered = answeredCode(answer)
  if ('kind' in answered) return answered
  return completions[kindOf(completing.attempt)](ports, { ...completing, ...answered })
}

/** What a sign-in is for; rows from before there was more than one say nothing. */
export const kindOf = ({ kind = 'consent' }: Attempt): AttemptKind => kind
