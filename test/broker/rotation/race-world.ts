import type { Grant } from '../../../shared/broker/grant.ts'
import type { Invitation } from '../../../shared/broker/invitation.ts'
import type { Pace } from '../../../shared/broker/rotation/pace-row.ts'
import type { Rows } from '../../../shared/broker/rows.ts'
import { inMemoryPolicy } from '../../contract/in-memory/policy.ts'
import { inMemoryRows, type WriteHooks } from '../../contract/in-memory/rows.ts'
import { inMemoryVault } from '../in-memory-vault.ts'
import { start } from './grants.ts'
import { openWorld, type AtStep } from './world.ts'

export const app = 'app'

/** Two instances in memory whose clocks differ by `skewMs`; each read and each write is a step. */
export const openRaceWorld = (atStep: AtStep, skewMs = 0) => {
  const clock = { now: start }
  // Each look at the clock is a moment of its own, so that nothing happens at the same time.
  const now = () => ++clock.now
  const written: Promise<Grant | undefined>[] = []
  const grants = inMemoryRows<Grant>((grant) => grant.partner, {
    ...stepsOf('grant', atStep),
    onWritten: ({ key }) => void written.push(grants.read(key).then((stored) => stored?.value)),
  })
  const { policy, revocations } = inMemoryPolicy(stepsOf('revocation', atStep))
  const vault = inMemoryVault(
    () => atStep('secret write'),
    () => atStep('secret remove'),
  )
  const { write, read, remove } = vault.sealedTokens
  const store = {
    ...vault,
    app,
    grants: readingAt('grant', grants, atStep),
    revocations: readingAt('revocation', revocations, atStep),
    invitations: inMemoryRows<Invitation>(({ id }) => id, stepsOf('invitation', atStep)),
    paces: inMemoryRows<Pace>(({ name }) => name, stepsOf('pace', atStep)),
    policy: {
      ...policy,
      readEpoch: async () => (await atStep('policy read'), policy.readEpoch()),
    },
    sealedTokens: {
      write,
      read: async (name: string, version: string) => (
        await atStep('secret read'),
        read(name, version)
      ),
      remove,
    },
  }
  const pass = (ms: number) => void (clock.now += ms)
  const world = openWorld({ store, clocks: [now, () => now() + skewMs], pass, atStep })
  const history = async () => (await Promise.all(written)).filter((one) => one !== undefined)
  return { ...world, clock, pass, vault, store, history }
}

export type RaceWorld = ReturnType<typeof openRaceWorld>

const stepsOf = (what: string, atStep: AtStep): WriteHooks => ({
  beforeWrite: ({ verb }) => atStep(`${what} ${verb}`),
  afterWrite: ({ verb }) => atStep(`${what} ${verb}, done`),
})

const readingAt = <T>(what: string, rows: Rows<T>, atStep: AtStep): Rows<T> => ({
  ...rows,
  read: async (key) => {
    await atStep(`${what} read`)
    return rows.read(key)
  },
})
