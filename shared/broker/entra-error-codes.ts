/**
 * What an AADSTS number means for a redemption, by the tenant at which it was asked for.
 * Source: Microsoft's error code reference and the field; numbers may change, so they only refine
 * what status, `error` and `suberror` have left open.
 */
export type EntraMeaning =
  /** The refresh token is dead: only a new consent helps. */
  | 'dead'
  /** Dead for want of MFA. */
  | 'mfa'
  /** A policy of that tenant refuses: Conditional Access, risk, assignment, tenant restrictions. */
  | 'blocked'
  /** The account is deleted at home; at a customer it never was. */
  | 'account_gone'
  /** The account has no place in that tenant (GDAP, guest), or there is no such tenant. */
  | 'no_access'
  /** The application or the resource is not consented or not present in that tenant. */
  | 'consent'
  /** Our application is not known or not enabled in that tenant. */
  | 'app_absent'
  /** Our registration or credential is wrong. */
  | 'app'
  | 'transient'
  | 'throttled'
  /** The scope that was asked for does not exist. */
  | 'scope'
  /** Our request is wrong. */
  | 'request'

const codes: [EntraMeaning, readonly number[]][] = [
  [
    'dead',
    [
      70008, 700082, 700084, 70043, 50173, 70000, 50089, 50132, 50133, 50085, 50055, 50144, 50057,
      9002341,
    ],
  ],
  ['mfa', [50076, 50078, 50079, 50072, 50074, 50158, 53004]],
  [
    'blocked',
    [
      53000, 53001, 53002, 53003, 530032, 530034, 530035, 53011, 50131, 50097, 50053, 50105, 500021,
      500022, 500212, 500213, 50002,
    ],
  ],
  ['account_gone', [50034, 51004, 16000, 500341]],
  ['no_access', [50020, 50177, 90002, 900023, 5000224]],
  ['consent', [65001, 65004, 650052, 650054, 500011, 90094, 90095, 90099]],
  ['app_absent', [700016, 7000229, 7000112, 70001, 1000031]],
  [
    'app',
    [
      7000215, 7000222, 7000218, 700027, 70002, 50012, 50048, 700025, 700030, 700211, 700213, 70021,
      700222, 700229, 500133, 50013, 50027, 65005, 650056, 650057, 50194, 501461,
    ],
  ],
  [
    'transient',
    [650051, 90033, 90006, 90012, 90024, 90090, 90091, 50033, 50087, 50000, 230109, 90036, 50086],
  ],
  ['throttled', [90055, 50196]],
  ['scope', [70011, 28000, 28002, 28003, 700022, 700023]],
  ['request', [54005, 700005, 501481, 9002313, 900144, 90013, 90014, 90100, 70003, 9001023, 50011]],
]

const meanings = new Map(
  codes.flatMap(([meaning, numbers]) => numbers.map((code) => [code, meaning] as const)),
)

/** The meaning of the first number that is known. */
export const meaningOfCodes = (errorCodes: readonly number[]): EntraMeaning | undefined =>
  errorCodes.map((code) => meanings.get(code)).find((meaning) => meaning !== undefined)
