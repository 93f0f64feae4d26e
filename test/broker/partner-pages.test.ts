import { beforeEach, describe, expect, test } from 'vitest'
import type { Grant } from '../../shared/broker/grant.ts'
import { isRevoked } from '../../shared/broker/revocation.ts'
import { otherTenant, partner, person, signedIn } from './consent-fixture.ts'
import { openPartnering, otherPerson, type Partnering } from './partner-fixture.ts'

const minute = 60_000
const dayMs = 24 * 60 * minute

let broker: Partnering
beforeEach(async () => {
  broker = await openPartnering()
})

const rewrite = async (changes: Partial<Grant>): Promise<void> => {
  const stored = await broker.grants.read(partner)
  if (!stored) throw new Error('there is no grant')
  await broker.grants.replace({ ...stored.value, ...changes }, stored.etag)
}

describe('who may', () => {
  test('the person who consented may without any role', async () => {
    expect(await broker.signIn()).toMatchObject({ kind: 'signed_in' })
  })

  test.each([
    ['a Global Administrator', '62E90394-69F5-4237-9190-012177145E10', 'signed_in'],
    ['a role of the setting', '0f000000-0000-4000-8000-0000000000b1', 'signed_in'],
    ['an ordinary member', 'b79fbf4d-3ef9-4689-8143-76b194e85509', 'not_yours'],
    ['any other role', '0f000000-0000-4000-8000-0000000000b2', 'not_yours'],
  ])('another person with %s (%s): %s', async (_, role, kind) => {
    broker.signsIn(otherPerson, [role])
    expect(await broker.signIn()).toMatchObject({ kind })
  })

  test('where there is no grant nobody may, and the answer is the same', async () => {
    broker.signsIn(otherPerson, [])
    const refused = await broker.signIn()
    await broker.grants.remove(partner)
    broker.signsIn(person)
    expect(await broker.signIn()).toEqual(refused)
    expect(refused).toMatchObject({ kind: 'not_yours' })
  })

  test('a guest with the object id of who consented may not', async () => {
    const account = { tenant: otherTenant, objectId: person }
    broker.ports.finishSignIn.mockResolvedValue({ signedIn: { ...signedIn, account } })
    expect(await broker.signIn()).toMatchObject({ kind: 'guest' })
  })

  test('a sign-in to the pages leaves the sign-in’s refresh token nowhere', async () => {
    const secrets = broker.vault.secrets.size
    await broker.signIn()
    expect(broker.vault.secrets.size).toBe(secrets)
    expect(broker.ports.finishSignIn).toHaveBeenLastCalledWith(
      expect.objectContaining({ tenant: partner, scopes: [] }),
    )
  })
})

describe('a session', () => {
  test('lasts 15 minutes from the sign-in, used or not', async () => {
    const { session, csrf } = await broker.openPages()
    broker.clock.now += 15 * minute - 1
    expect(await broker.desk.partner({ session })).toMatchObject({ kind: 'partner' })
    broker.clock.now += 1
    expect(await broker.desk.partner({ session })).toEqual({ kind: 'signed_out' })
    expect(await broker.withdraw({ session, csrf })).toEqual({ kind: 'signed_out' })
    expect((await broker.grantNow())?.status).toBe('active')
  })

  test('is in the first answer alone: neither in what is kept nor in what is told to the log', async () => {
    const outcome = await broker.signIn()
    const session = outcome.kind === 'signed_in' ? (outcome.session ?? '') : ''
    expect(session).toMatch(/^.{43}$/)
    const rows = [
      ...(await broker.ports.attempts.list({ size: 100 })).items,
      ...(await broker.ports.sessions.list({ size: 100 })).items,
    ]
    const told = [broker.ports.onOutcome.mock.calls, broker.ports.onPartner.mock.calls]
    expect(JSON.stringify([rows, told])).not.toContain(session)
  })
})

describe('the page', () => {
  test('shows the usage, and is shown without it when it cannot be read', async () => {
    const { session } = await broker.openPages()
    const line = { day: '2026-03-01', audience: 'a', purpose: 'billing', tokens: 3 }
    broker.ports.usageOf.mockResolvedValueOnce({ lines: [line], through: 5 })
    expect(await broker.desk.partner({ session })).toMatchObject({
      usage: [line],
      usageThrough: 5,
      lastUsedAt: broker.clock.now,
    })
    broker.ports.usageOf.mockRejectedValueOnce(new Error('unreadable'))
    broker.ports.lastUse.mockRejectedValueOnce(new Error('unreadable'))
    const facts = await broker.desk.partner({ session })
    expect(facts).toMatchObject({ kind: 'partner', canWithdraw: true, isLastUseUnread: true })
    expect(Object.keys(facts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(usage|usageThrough|lastUsedAt)$/)]),
    )
  })

  test('tells never used from not to be told', async () => {
    const { session } = await broker.openPages()
    const seen = async (record: 'complete' | 'incomplete') => {
      broker.ports.lastUse.mockResolvedValueOnce({ record })
      return broker.desk.partner({ session })
    }
    expect(await seen('complete')).not.toHaveProperty('isLastUseUnread')
    expect(await seen('incomplete')).toMatchObject({ isLastUseUnread: true })
  })

  test('shows what is wrong with the grant, without what only we need', async () => {
    const { session } = await broker.openPages()
    await rewrite({ degraded: { since: 7, reason: 'mfa_missing', whoMustAct: 'partner_admin' } })
    expect(await broker.desk.partner({ session })).toMatchObject({
      degraded: { since: 7, reason: 'mfa_missing' },
    })
    expect(JSON.stringify(await broker.desk.partner({ session }))).not.toContain('secretVersion')
  })
})

describe('a renewal', () => {
  test('lasts as long as the consent before, from now on', async () => {
    broker.clock.now += 300 * dayMs
    const outcome = await broker.callback(await broker.renewing(await broker.openPages()))
    expect(outcome).toMatchObject({ endsAt: broker.clock.now + 365 * dayMs })
  })

  test('revives a consent whose term is over', async () => {
    broker.clock.now += 366 * dayMs
    const outcome = await broker.callback(await broker.renewing(await broker.openPages()))
    expect(outcome).toMatchObject({ kind: 'consented' })
  })

  test('that is refused on the way stores nothing', async () => {
    const before = await broker.grantNow()
    const { size } = broker.vault.secrets
    for (const answer of ['not_an_agent', 'mfa_missing', 'mfa_unproven'] as const) {
      const visit = await broker.renewing(await broker.openPages())
      broker.ports.probePartnerCenter.mockResolvedValueOnce(answer)
      expect(await broker.callback(visit)).toMatchObject({ kind: answer })
    }
    expect(await broker.grantNow()).toEqual(before)
    expect(broker.vault.secrets.size).toBe(size)
  })

  test('by a person who is neither the one before nor an administrator is refused before anything is asked', async () => {
    const visit = await broker.renewing(await broker.openPages())
    const redeemed = broker.ports.redeem.mock.calls.length
    broker.signsIn(otherPerson, [])
    expect(await broker.callback(visit)).toMatchObject({ kind: 'not_yours' })
    expect(broker.ports.redeem.mock.calls).toHaveLength(redeemed)
  })

  test('gives way to another consent that was stored meanwhile', async () => {
    const visit = await broker.renewing(await broker.openPages())
    const invited = await broker.begin((await broker.invite()).link)
    broker.ports.probePartnerCenter.mockImplementationOnce(async () => {
      await broker.callback(invited)
      return 'proven'
    })
    expect(await broker.callback(visit)).toMatchObject({ kind: 'superseded' })
    expect(await broker.grantNow()).toMatchObject({ generation: 2, attempt: invited.attempt })
  })

  test('by who is entitled no more at the end of the sign-in is refused', async () => {
    const visit = await broker.renewing(await broker.openPages())
    broker.ports.probePartnerCenter.mockImplementationOnce(async () => {
      await rewrite({ consentedBy: otherPerson })
      return 'proven'
    })
    expect(await broker.callback(visit)).toMatchObject({ kind: 'not_yours' })
    expect(await broker.grantNow()).toMatchObject({ generation: 1 })
  })

  test('leaves no way back for the invitation behind it', async () => {
    const { link, id } = await broker.invite()
    const [first, second] = [await broker.begin(link), await broker.begin(link)]
    await broker.callback(first)
    await broker.callback(await broker.renewing(await broker.openPages()))
    expect(await broker.grantNow()).toMatchObject({ generation: 3, invitation: id })
    expect(await broker.callback(second)).toEqual({ kind: 'invitation_used' })
  })

  test('began after her withdrawal even where the clock of whoever withdrew is ahead', async () => {
    broker.clock.now += 5 * minute
    await broker.withdraw(await broker.openPages())
    broker.clock.now -= 5 * minute
    const visit = await broker.renewing(await broker.openPages())
    expect(await broker.callback(visit)).toMatchObject({ kind: 'consented' })
    const grant = await broker.grantNow()
    expect(grant && isRevoked(grant, await broker.revocationNow())).toBe(false)
  })

  test('that was begun before her withdrawal is refused, though the clock of whoever withdrew is behind', async () => {
    const visit = await broker.renewing(await broker.openPages())
    const form = await broker.openPages()
    broker.clock.now -= 5 * minute
    await broker.withdraw(form)
    broker.clock.now += 5 * minute
    expect(await broker.callback(visit)).toMatchObject({ kind: 'revoked' })
    expect(await broker.grantNow()).toMatchObject({ generation: 1, status: 'revoked' })
  })

  test('is ended by an operator who revokes while it is stored, though his clock is behind', async () => {
    const visit = await broker.renewing(await broker.openPages())
    broker.ports.sealedTokens.write.mockImplementationOnce(async (name, sealed) => {
      const { revocations } = broker.ports
      const revocation = { partner, generation: 1, at: broker.clock.now - 5 * minute }
      const by = { by: 'operator', reason: 'x', revokedBy: 'operator' as const }
      await revocations.add({ v: 1, ...revocation, ...by })
      return broker.ports.sealedTokens.write(name, sealed)
    })
    expect(await broker.callback(visit)).toMatchObject({ kind: 'revoked' })
    expect(await broker.grantNow()).toMatchObject({ status: 'revoked', revokedBy: 'operator' })
    expect([...broker.vault.secrets.keys()]).not.toContainEqual(expect.stringContaining('-2/'))
  })

  test.each([
    ['an operator', (by: Partnering) => by.revoke(), 'not_renewable'],
    ['she herself', async (by: Partnering) => by.withdraw(await by.openPages()), 'revoked'],
  ])('is not stored for a moment when %s ends the consent meanwhile', async (_, ends, kind) => {
    const visit = await broker.renewing(await broker.openPages())
    broker.ports.probePartnerCenter.mockImplementationOnce(async () => {
      await ends(broker)
      return 'proven'
    })
    expect(await broker.callback(visit)).toMatchObject({ kind })
    expect(broker.history.map(({ generation }) => generation)).not.toContain(2)
    expect(broker.vault.secrets.size).toBe(0)
  })

  test.each([
    ['is right', 0],
    ['is behind', 5 * minute],
  ])(
    'that is stored while a revocation goes on ends with it, whose clock %s',
    async (_, behindMs) => {
      const visit = await broker.renewing(await broker.openPages())
      const { grants } = broker.ports
      const read = grants.read
      grants.read = async (key) => {
        const stored = await read(key)
        grants.read = read
        expect(await broker.callback(visit)).toMatchObject({ kind: 'consented' })
        return stored
      }
      await broker.revoke(behindMs)
      const grant = await broker.grantNow()
      expect(grant).toMatchObject({ generation: 2, status: 'revoked' })
      expect(grant && isRevoked(grant, await broker.revocationNow())).toBe(true)
      expect(broker.vault.secrets.size).toBe(0)
    },
  )

  test.each([{ revokedBy: 'operator' as const }, {}])(
    'of a row that says it is revoked, by %j, does not start',
    async (by) => {
      const form = await broker.openPages()
      await rewrite({ status: 'revoked', ...by })
      expect(await broker.desk.renew(form)).toEqual({ kind: 'not_renewable' })
    },
  )

  test('an attempt of before there were other kinds is a consent', async () => {
    const visit = await broker.begin((await broker.invite()).link)
    const stored = await broker.ports.attempts.read(visit.attempt)
    if (!stored) throw new Error('there is no attempt')
    const { kind: _, ...old } = stored.value
    await broker.ports.attempts.replace(old, stored.etag)
    expect(await broker.callback(visit)).toMatchObject({ kind: 'consented' })
  })

  test('does what it was begun for and nothing else, whatever the sign-in brings', async () => {
    const started = await broker.desk.partnerSignIn({ partner })
    const state = started.address.slice(started.address.lastIndexOf('/') + 1)
    const before = await broker.grantNow()
    const outcome = await broker.callback({ ...started, state })
    expect(outcome).toMatchObject({ kind: 'signed_in', session: expect.any(String) })
    expect(await broker.grantNow()).toEqual(before)
    const sessions = (await broker.ports.sessions.list({ size: 100 })).items.length
    const renewal = await broker.callback(await broker.renewing(await broker.openPages()))
    const consent = await broker.callback(await broker.begin((await broker.invite()).link))
    expect([renewal, consent]).toMatchObject([{ kind: 'consented' }, { kind: 'consented' }])
    expect(JSON.stringify([renewal, consent])).not.toContain('session')
    // One for the page that the renewal was begun from.
    expect((await broker.ports.sessions.list({ size: 100 })).items).toHaveLength(sessions + 1)
  })
})

describe('a withdrawal', () => {
  test('that could not be put on record fails and keeps the session, and is finished by another try', async () => {
    const form = await broker.openPages()
    broker.ports.audit.commit.mockRejectedValueOnce(new Error('not on record'))
    await expect(broker.withdraw(form)).rejects.toThrow('not on record')
    expect(await broker.withdraw(form)).toMatchObject({ kind: 'withdrawn', isFinished: true })
    expect(broker.ports.audit.commit).toHaveBeenCalledTimes(2)
  })

  test('that is finished after an operator revoked leaves the row saying so', async () => {
    const form = await broker.openPages()
    const { grants } = broker.ports
    const read = grants.read
    let reads = 0
    grants.read = async (key) => {
      // For the visit, for what is to be revoked, and then to mark it.
      if (++reads === 3) await broker.revoke()
      return read(key)
    }
    await broker.withdraw(form)
    expect(await broker.grantNow()).toMatchObject({ status: 'revoked', revokedBy: 'operator' })
  })

  test('of what an operator ended leaves his reason and his name', async () => {
    const form = await broker.openPages()
    await broker.revoke()
    const revocation = await broker.revocationNow()
    broker.clock.now += minute
    expect(await broker.withdraw(form)).toMatchObject({
      kind: 'withdrawn',
      revokedAt: revocation?.at,
      isFinished: true,
    })
    expect(await broker.revocationNow()).toEqual(revocation)
  })
})
