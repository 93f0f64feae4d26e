import type { BrokerErrorCode } from '../../shared/broker/broker-error.ts'

type Row = {
  number: number
  error: string
  home: BrokerErrorCode
  customer: BrokerErrorCode
  /** Only a new consent at home helps: the closed list. */
  marks: boolean
}

type Meaning = Pick<Row, 'home' | 'customer' | 'marks'> & { error: string; numbers: number[] }

// From Microsoft's error code reference and the field; written without the product's own table.
const meanings: Meaning[] = [
  {
    // Expired, revoked, password changed, account disabled: the refresh token is dead.
    error: 'invalid_grant',
    numbers: [
      [70008, 700082, 700084, 70043, 50173, 70000, 50089, 50132, 50133, 50085],
      [50055, 50144, 50057, 9002341],
    ].flat(),
    home: 'consent_needed',
    customer: 'consent_needed',
    marks: true,
  },
  {
    // MFA was not done, or not the one that is asked for.
    error: 'interaction_required',
    numbers: [50076, 50078, 50079, 50072, 50074, 50158, 53004],
    home: 'consent_needed',
    customer: 'customer_blocked',
    marks: true,
  },
  {
    // Conditional Access, risk, assignment, tenant restrictions.
    error: 'invalid_grant',
    numbers: [
      [53000, 53001, 53002, 53003, 530032, 530034, 530035, 53011, 50131, 50097, 50053, 50105],
      [500021, 500022, 500212, 500213, 50002],
    ].flat(),
    home: 'blocked_by_policy',
    customer: 'customer_blocked',
    marks: false,
  },
  {
    // The account is gone from its home; at a customer it has no access (GDAP).
    error: 'invalid_grant',
    numbers: [50034, 51004, 16000, 500341],
    home: 'consent_needed',
    customer: 'customer_blocked',
    marks: true,
  },
  {
    // The tenant is not found, or the account has no place in it: no reason to call a grant dead.
    error: 'invalid_grant',
    numbers: [50020, 50177, 90002, 900023, 5000224],
    home: 'consent_needed',
    customer: 'customer_blocked',
    marks: false,
  },
  {
    error: 'invalid_grant',
    numbers: [65001, 65004, 650052, 650054, 500011, 90094, 90095, 90099],
    home: 'audience_not_consented',
    customer: 'customer_consent_needed',
    marks: false,
  },
  {
    error: 'invalid_resource',
    numbers: [500011],
    home: 'audience_not_consented',
    customer: 'customer_consent_needed',
    marks: false,
  },
  {
    error: 'unauthorized_client',
    numbers: [700016, 7000229, 7000112, 70001, 1000031],
    home: 'app_misconfigured',
    customer: 'customer_consent_needed',
    marks: false,
  },
  {
    // Our secret, certificate, federated credential or registration.
    error: 'invalid_client',
    numbers: [
      [7000215, 7000222, 7000218, 700027, 70002, 50012, 50048, 700025, 700030, 700211, 700213],
      [70021, 700222, 700229, 500133, 50013, 50027, 65005, 650056, 650057, 50194, 501461],
    ].flat(),
    home: 'app_misconfigured',
    customer: 'app_misconfigured',
    marks: false,
  },
  {
    error: 'invalid_grant',
    numbers: [
      [650051, 90033, 90006, 90012, 90024, 90090, 90091, 50033, 50087, 50000, 230109],
      [90036, 50086],
    ].flat(),
    home: 'upstream_unavailable',
    customer: 'upstream_unavailable',
    marks: false,
  },
  {
    error: 'invalid_grant',
    numbers: [90055, 50196],
    home: 'throttled',
    customer: 'throttled',
    marks: false,
  },
  {
    error: 'invalid_scope',
    numbers: [70011, 28000, 28002, 28003, 700022, 700023],
    home: 'request_malformed',
    customer: 'request_malformed',
    marks: false,
  },
  {
    error: 'invalid_request',
    numbers: [
      [54005, 700005, 501481, 9002313, 900144, 90013, 90014, 90100, 70003, 9001023, 50011],
      [700054, 901001, 901002],
    ].flat(),
    home: 'internal',
    customer: 'internal',
    marks: false,
  },
]

/** One row for each AADSTS number and `error`, as the broker must answer it. */
export const rows: Row[] = meanings.flatMap(({ numbers, ...meaning }) =>
  numbers.map((number) => ({ number, ...meaning })),
)

/** Every number once. */
export const knownNumbers: number[] = [...new Set(rows.map(({ number }) => number))]
