import { withinBudget } from '../azure/time-budget.ts'
import {
  partnerCensus,
  type CensusPorts,
  type PartnerCensus,
} from '../broker/report/partner-census.ts'

// Reading 100,000 grants takes longer than a request is given; with that it ends before the host does.
const budgetMs = 40_000

/** Counts all partners by status, in a time of its own. */
export const counting = (ports: CensusPorts) => (): Promise<PartnerCensus> =>
  withinBudget(budgetMs, () => partnerCensus(ports))
