import { asBrokerError, type BrokerErrorCode } from './broker-error.ts'
import { sha256Hex } from './invitation.ts'
import type { IssuedToken, IssueRequest, IssueToken } from './issue-token.ts'

/** What is on record of one request of an authenticated caller; the token only as its SHA-256. */
export type IssueRecord = Omit<IssueRequest, 'caller'> & {
  callerTenant: string
  callerId: string
  outcome: 'issued' | 'refused'
  permission?: string
  generation?: number
  tokenHash?: string
  expiresAt?: number
  code?: BrokerErrorCode
  reason?: string
}

export type RecordIssue = (record: IssueRecord) => void

/** Outermost: every request of an authenticated caller is on record, whatever became of it. */
export const audited =
  (record: RecordIssue, next: IssueToken): IssueToken =>
  async (request) => {
    try {
      const issued = await next(request)
      record(issuedRecord(request, issued))
      return issued
    } catch (thrown) {
      const { code, detail } = asBrokerError(thrown)
      record({
        ...facts(request),
        outcome: 'refused',
        code,
        ...(detail.reason !== undefined && { reason: detail.reason }),
      })
      throw thrown
    }
  }

const issuedRecord = (request: IssueRequest, issued: IssuedToken): IssueRecord => ({
  ...facts(request),
  outcome: 'issued',
  purpose: issued.purpose,
  permission: issued.permission,
  generation: issued.generation,
  expiresAt: issued.expiresAt,
  tokenHash: sha256Hex(issued.accessToken),
})

const facts = ({ caller, ...request }: IssueRequest) => ({
  ...request,
  callerTenant: caller.tenant,
  callerId: caller.clientId,
})
