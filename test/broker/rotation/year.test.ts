import { expect, test } from 'vitest'
import { hasEnded, type Grant } from '../../../shared/broker/grant.ts'
import { dueMilestone, milestones } from '../../../shared/broker/rotation/grant-end.ts'
import { dayMs, hourMs } from './grants.ts'
import { openYear, type Year } from './year-world.ts'

const partners = 1_000
// The timer runs every hour; here every sixth, so that the year is over within a minute.
const stepMs = 6 * hourMs
const steps = (365 * dayMs) / stepMs

/** Mulberry32: the same year for the same seed. */
const randomOf = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const partnerOf = (index: number): string =>
  `0f000000-0000-4000-8000-${String(index).padStart(12, '0')}`

const terms = [30, 60, 120, 365] as const

/** What every row that is ever written must satisfy, beside the one before it. */
const watchRows = () => {
  const last = new Map<string, Grant>()
  const wrong: string[] = []
  const watch = (grant: Grant, isDead: boolean): void => {
    const before = last.get(grant.partner)
    last.set(grant.partner, grant)
    if (grant.status === 'consent_needed' && before?.status === 'active') {
      const isOver = grant.lastFailure?.reason === 'term_over'
      if (!isOver && !isDead) wrong.push(`${grant.partner}: a good token was marked`)
    }
    if (!before) return
    if (grant.generation < before.generation) wrong.push(`${grant.partner}: generation fell`)
    if (grant.generation !== before.generation) return
    if (grant.sealed.sealedAt < before.sealed.sealedAt) {
      wrong.push(`${grant.partner}: a newer token was replaced by an older one`)
    }
    if (before.status === 'revoked' && grant.status !== 'revoked') {
      wrong.push(`${grant.partner}: a revoked grant came back`)
    }
    for (const told of ['toldDays', 'toldTokenDays'] as const) {
      if ((grant[told] ?? 99) > (before[told] ?? 99)) wrong.push(`${grant.partner}: told again`)
    }
  }
  return { watch, wrong }
}

type Story = { year: Year; random: () => number; silentUntil: number }

/** More happens to no partner in a year. */
const mostPerYear = 100

/** Of what may happen, so often a year. */
const chance = ({ random }: Story, perYear: number): boolean => random() < perYear / mostPerYear

/** Troubles begin and end; each lasts for some hours. */
const trouble = ({ year: { faults }, random }: Story): void => {
  if (random() < 0.3) {
    faults.isEntraDown = random() < 0.05
    faults.isVaultReadOnly = random() < 0.05
    faults.isPartnerCenterDown = random() < 0.05
    faults.tableTrouble = random() < 0.1 ? 0.2 : 0
  }
}

/** What partners, operators and administrators do to one partner in a step. Trouble may stop it. */
const life = async (story: Story, partner: string): Promise<void> => {
  const { year, random } = story
  const grant = year.known.get(partner)?.value
  const isLive = grant?.status === 'active' && !hasEnded(grant, year.clock.now)
  const term = terms[Math.floor(random() * terms.length)] ?? 30
  if (chance(story, isLive ? 0.5 : 40)) return year.consent(partner, term)
  if (chance(story, 0.1)) return void (await year.revoke(partner, 'operator'))
  if (chance(story, 0.1)) return void (await year.revoke(partner, 'partner'))
  if (chance(story, 0.2)) return year.kill(partner)
  if (chance(story, 0.2)) return void year.lostRoles.add(partner)
  if (chance(story, 20)) return void year.lostRoles.delete(partner)
  if (isLive && chance(story, 30)) return year.issue(partner)
}

const step = async (story: Story, number: number): Promise<void> => {
  const { year, random } = story
  year.clock.now += stepMs
  trouble(story)
  for (let index = 0; index < partners; index++) {
    if (random() >= mostPerYear / steps) continue
    await life(story, partnerOf(index)).catch(() => undefined)
  }
  if (random() < 0.005) story.silentUntil = number + Math.floor((random() * 2 * dayMs) / stepMs)
  if (number < story.silentUntil) return
  const times = random() < 0.02 ? 2 : 1
  for (let time = 0; time < times; time++) await year.sweep().catch(() => undefined)
  await year.deliver()
}

/** Without trouble, and with time for what waits until the next day. */
const settle = async ({ year }: Story): Promise<void> => {
  year.calm()
  year.lostRoles.clear()
  for (let hour = 0; hour < 4 * 24; hour += 6) {
    year.clock.now += 6 * hourMs
    await year.sweep()
    await year.deliver()
  }
}

test('in a year of trouble no grant of a thousand is lost, and each event is told once', async () => {
  const seed = Number(process.env['YEAR_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  const { watch, wrong } = watchRows()
  const random = randomOf(seed)
  const year = openYear(random, watch)
  const story: Story = { year, random, silentUntil: 0 }
  for (let index = 0; index < partners; index++) await year.consent(partnerOf(index), 365)
  for (let number = 0; number < steps; number++) await step(story, number)
  await settle(story)
  const told = `YEAR_SEED=${seed}`
  expect(wrong.slice(0, 5), told).toEqual([])
  expect(await unsound(year), told).toEqual([])
  expect(untrueEvents(year), told).toEqual([])
  // A year in which little happened would show little.
  const kinds = Map.groupBy(year.broker.sent, ({ type }) => type)
  for (const type of [
    'partner.consented',
    'grant.expiring',
    'grant.consent_needed',
    'grant.degraded',
    'grant.recovered',
    'grant.revoked',
  ] as const) {
    expect(kinds.get(type)?.length ?? 0, `${type} ${told}`).toBeGreaterThan(50)
  }
}, 180_000)

/** Grants that are not as they should be at the end. */
const unsound = async ({ known, clock, tokenOf, broker }: Year): Promise<string[]> => {
  const found: string[] = []
  const names = new Set([...broker.vault.secrets.keys()].map((key) => key.split('/')[0]))
  for (const { value: grant } of known.values()) {
    const secret = `refresh-token-${grant.app}-${grant.partner}-${grant.generation}`
    const isLive = grant.status === 'active' && !hasEnded(grant, clock.now)
    if (isLive && (await tokenOf(grant)) === undefined) found.push(`${grant.partner}: no token`)
    if (isLive && dueMilestone(grant, clock.now)) found.push(`${grant.partner}: not told`)
    if (isLive && clock.now - grant.sealed.sealedAt > 15 * dayMs && !grant.degraded) {
      found.push(`${grant.partner}: not rotated`)
    }
    if (grant.status === 'revoked' && names.has(secret)) found.push(`${grant.partner}: kept`)
    if (grant.outbox) found.push(`${grant.partner}: events wait`)
    const earlier = Array.from({ length: grant.generation - 1 }, (_, index) => index + 1)
      .map((generation) => `refresh-token-${grant.app}-${grant.partner}-${generation}`)
      .filter((name) => names.has(name))
    found.push(...earlier.map((name) => `${name}: not deleted`))
  }
  return found.slice(0, 5)
}

const repeats = (what: string): boolean => /degraded|recovered|revoked/.test(what)

/** Events that contradict each other once what was sent twice is counted once. */
const untrueEvents = ({ broker }: Year): string[] => {
  const byId = Map.groupBy(broker.sent, ({ id }) => id)
  const found = [...byId].flatMap(([id, events]) => {
    const texts = new Set(events.map((event) => JSON.stringify(event)))
    return texts.size > 1 ? [`${id}: one id, several contents`] : []
  })
  const once = [...byId.values()].flatMap(([event]) => (event ? [event] : []))
  const generations = Map.groupBy(once, (one) => `${one.partner} ${one.generation}`)
  for (const [generation, events] of generations) {
    const counted = Map.groupBy(
      events,
      ({ type, daysLeft = '', reason = '' }) => `${type} ${daysLeft} ${daysLeft && reason}`,
    )
    const twice = [...counted].filter(([what, several]) => several.length > 1 && !repeats(what))
    found.push(...twice.map(([what]) => `${generation}: ${what} twice`))
    const days = events.flatMap(({ daysLeft }) => daysLeft ?? [])
    if (days.some((one) => !milestones.some((known) => known === one))) found.push(generation)
  }
  return found.slice(0, 5)
}
