import type { Audit, NewRecord } from './audit.ts'
import { asBrokerError } from './broker-error.ts'
import { sha256Hex } from './invitation.ts'
import type { IssuedToken, IssueRequest, IssueToken } from './issue-token.ts'

/**
 * Outermost: every request of an authenticated caller is on record, whatever became of it. A token
 * leaves only when its record is durable; a refusal does not wait for its own.
 */
export const audited =
  (audit: Audit, next: IssueToken): IssueToken =>
  async (request) => {
    const issued = await next(request).catch((thrown: unknown) => {
      audit.offer(refusedRecord(request, thrown))
      throw thrown
    })
    await audit.commit(issuedRecord(request, issued))
    return issued
  }

const issuedRecord = (request: IssueRequest, issued: IssuedToken): NewRecord => ({
  ...facts(request),
  outcome: 'issued',
  purpose: issued.purpose,
  permission: issued.permission,
  generation: issued.generation,
  expiresAt: issued.expiresAt,
  tokenHash: sha256Hex(issued.accessToken),
  ...(issued.trials.length > 0 && { trials: issued.trials }),
})

const refusedRecord = (request: IssueRequest, thrown: unknown): NewRecord => {
  const { code, detail } = asBrokerError(thrown)
  return {
    ...facts(request),
    outcome: 'refused',
    code,
    ...(detail.reason !== undefined && { reason: detail.reason }),
    ...(detail.permission !== undefined && { permission: detail.permission }),
    ...(detail.trials?.length && { trials: [...detail.trials] }),
  }
}

const facts = (request: IssueRequest) => {
  const { caller, minLifeMs: _minLifeMs, challenge: _challenge, ...rest } = request
  return {
    ...rest,
    kind: 'token' as const,
    callerTenant: caller.tenant,
    callerId: caller.clientId,
  }
}
