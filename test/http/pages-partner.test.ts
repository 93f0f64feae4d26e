import { describe, expect, it } from 'vitest'
import type { PartnerFacts } from '../../shared/broker/partner/partner-facts.ts'
import { catalogues } from '../../shared/http/pages/catalogue.ts'
import { textOf } from '../../shared/http/pages/html.ts'
import { partnerPage } from '../../shared/http/pages/partner-page.ts'
import { withdrawnPage } from '../../shared/http/pages/partner-withdraw.ts'
import { operator, readableText, words } from './pages-fixtures.ts'
import {
  degraded,
  expiring,
  lapsed,
  now,
  partnerFacts,
  revoked,
  withdrawn,
} from './partner-fixtures.ts'

const { en } = catalogues
const page = (facts: PartnerFacts, language = en) =>
  textOf(partnerPage({ ...operator, facts, now }, language))
const read = (facts: PartnerFacts) => readableText(page(facts))
const name = operator.operatorName
const dayMs = 24 * 3600_000

const actionsOf = (html: string) =>
  [...html.matchAll(/<form method="post" action="([^"]*)">/g)].map(([, action]) => action)

describe('the partner’s own page', () => {
  it('says who consented, when, to what, until when and why, and when it was last used', () => {
    const text = read(partnerFacts)
    for (const fact of [
      'signed in as Ada Lovelace',
      'Your organisation Fabrikam Cloud Services',
      `Consented by account ${partnerFacts.consentedBy} (you)`,
      'Consented on 26 August 2026 at 09:30 UTC',
      'Sealed token last replaced 21 November 2026 at 09:30 UTC',
      'Last used 24 November 2026 at 08:30 UTC',
      'Ends on 26 August 2027 at 09:30 UTC',
      'Reason The agreed term is over then.',
      'place and change orders ( user_impersonation )',
      'The permission that Microsoft calls Sites.Read.All',
      '203.0.113.10',
    ]) {
      expect(text).toContain(fact)
    }
  })

  it('has the form’s token in each form, and in nothing else', () => {
    const html = page(partnerFacts)
    expect(actionsOf(html)).toEqual(['/partner/sign-out', '/partner/renew', '/partner/withdraw'])
    const fields = html.match(/<input type="hidden" name="csrf" value="([^"]*)" \/>/g)
    expect(fields).toHaveLength(3)
    expect(html.split(partnerFacts.csrf)).toHaveLength(4)
  })

  it('tells the same facts in every language', () => {
    for (const language of words) {
      const text = readableText(page(partnerFacts, language))
      for (const fact of ['2026', partnerFacts.consentedBy, '42', 'MFA', '203.0.113.10']) {
        expect(text).toContain(fact)
      }
    }
  })
})

describe('how it stands', () => {
  it('is calm while all is well, and says until when', () => {
    const said = `Active ${en.partnerStatus.active.text(name)} Ends on 26 August 2027 at 09:30 UTC .`
    expect(read(partnerFacts)).toContain(`${said} ${en.partnerStatus.because.consent_term}`)
  })

  it.each([
    [12.5 * dayMs, 'Ends in 12 days'],
    [1.2 * dayMs, 'Ends in 1 day '],
    [0.5 * dayMs, 'Ends today'],
  ])('counts the days that are left (%d ms)', (left, said) => {
    expect(read({ ...expiring, endsAt: now + left })).toContain(said)
  })

  it('warns who did not consent herself that she would be the one acted as', () => {
    expect(read(expiring)).toContain(en.partner.renew.other)
    expect(read(partnerFacts)).not.toContain(en.partner.renew.other)
  })

  it.each(Object.entries(en.partnerStatus.problems))(
    'says what is wrong and what to do about %s, and since when',
    (reason, text) => {
      const facts = { ...degraded, degraded: { since: now - dayMs, reason } }
      expect(read(facts)).toContain(`${text} Since 23 November 2026`)
    },
  )

  it.each(['vault_odd', 'constructor', '__proto__'])(
    'sends her to the operator with a reason it has no words for: %s',
    (reason) => {
      const facts = { ...degraded, degraded: { since: now, reason }, endsBecause: reason }
      expect(read(facts)).toContain(`${en.partnerStatus.otherProblem(name)} ${reason}`)
      expect(read(facts)).toContain(`Reason ${reason}`)
    },
  )

  it('says that the services have stopped, and lets her renew', () => {
    expect(read(lapsed)).toContain(en.partnerStatus.consent_needed.text(name))
    expect(read(lapsed)).toContain('Ended on')
    expect(read(lapsed)).toContain(en.partner.record.unused)
    expect(actionsOf(page(lapsed))).toContain('/partner/renew')
  })

  it('says who ended it, and offers nothing that would be refused', () => {
    expect(read(revoked)).toContain(en.partnerStatus.revokedByOperator.text(name))
    expect(actionsOf(page(revoked))).toEqual(['/partner/sign-out'])
    const byPartner: PartnerFacts = { ...revoked, revokedBy: 'partner', canRenew: true }
    expect(read(byPartner)).toContain(en.partnerStatus.revokedByPartner.text(name))
    expect(actionsOf(page(byPartner))).toEqual(['/partner/sign-out', '/partner/renew'])
    expect(read(byPartner)).toContain(en.partner.renew.again.text)
  })

  it('once revoked tells of no earlier problem, and promises nothing of a consent that is gone', () => {
    const facts: PartnerFacts = { ...degraded, ...revoked, revokedBy: 'partner', canRenew: true }
    expect(read(facts)).not.toContain(en.partnerStatus.problems.not_an_agent)
    expect(read(facts)).not.toContain(en.partner.renew.text)
    expect(read(facts)).not.toContain(en.partner.record.ends)
  })

  it('says what becomes of the sealed token, and does not speak of replacing one that is gone', () => {
    const { rotated, rotatedHint, deleting, deleted } = en.partner.record
    expect(read(partnerFacts)).toContain(rotatedHint)
    expect(read(lapsed)).not.toContain(rotatedHint)
    expect(read(revoked)).toContain(deleting)
    expect(read(revoked)).not.toContain(rotatedHint)
    const gone = read({ ...revoked, sealedDeletedAt: now - dayMs })
    expect(gone).toContain(`${deleted} 23 November 2026 at 09:30 UTC`)
    for (const text of [rotated, rotatedHint, deleting]) expect(gone).not.toContain(text)
  })

  it('speaks of what was allowed as over, once it is', () => {
    const { lead, leadOver } = en.partner
    expect(read(partnerFacts)).toContain(lead(name, 'Fabrikam Cloud Services'))
    expect(read(revoked)).toContain(leadOver(name, 'Fabrikam Cloud Services'))
  })

  it('gives as the reason who ended it', () => {
    const { revoked: byOperator, withdrawn: byPartner } = en.partnerStatus.because
    expect(read(revoked)).toContain(`Reason ${byOperator}`)
    expect(read({ ...revoked, revokedBy: 'partner' })).toContain(`Reason ${byPartner}`)
  })
})

describe('what was done', () => {
  it('is summed by service, purpose and customer, the most used first', () => {
    expect(read(partnerFacts)).toMatch(
      /counted up to 24 November 2026 at 07:30 UTC .*Microsoft Partner Center orders your own organisation 1,234 Microsoft Graph licence-sync cccccccc-0000-4000-8000-000000000001 42 /,
    )
  })

  it('is told day by day too, the latest first', () => {
    const days = read(partnerFacts).split(en.partner.usage.byDayCaption)[1] ?? ''
    expect(days).toMatch(/23 Nov 2026 .* 1,234 23 Nov 2026 .* 2 22 Nov 2026 .* 40 /)
  })

  it('is not shown where it cannot be read, which is not the same as nothing', () => {
    expect(read(lapsed)).toContain(en.partner.usage.unavailable(name))
    expect(read(lapsed)).toContain(en.partner.usage.compare)
    expect(read(expiring)).toContain(en.partner.usage.none)
    expect(read(expiring)).not.toContain(en.partner.usage.unavailable(name))
  })

  it('when it was last used is not told as never where it cannot be read', () => {
    const { unread, unused } = en.partner.record
    const unknown = read({ ...lapsed, isLastUseUnread: true })
    expect(unknown).toContain(unread)
    expect(unknown).not.toContain(unused)
  })

  it('that was never counted is not told as nothing', () => {
    const { usageThrough: _, ...uncounted } = expiring
    expect(read(uncounted)).toContain(en.partner.usage.uncounted)
    expect(read(uncounted)).not.toContain(en.partner.usage.none)
  })

  it('sums up in words what was too much to list, and lays it to no customer', () => {
    const line = { day: '2026-11-23', audience: 'others', purpose: 'others', tokens: 7 }
    const text = read({ ...partnerFacts, usage: [line] })
    expect(text).toContain(`${en.partner.usage.others} 7 `)
    expect(text).not.toContain(en.partner.usage.own)
  })

  it('stays a page that can be read with ten thousand customers', () => {
    const usage = Array.from({ length: 10_000 }, (_, index) => ({
      day: '2026-11-23',
      audience: 'https://graph.microsoft.com',
      purpose: 'sync',
      customer: `customer-${index}`,
      tokens: index,
    }))
    const html = page({ ...partnerFacts, usage })
    expect(html.length).toBeLessThan(400_000)
    expect(readableText(html)).toContain(en.partner.usage.more(9700))
    expect(html).toContain('customer-9999')
  })

  it('shows a hostile name, purpose, customer and day as text', () => {
    const evil = `"><img src=x onerror=alert(1)><script>alert(1)</script>`
    const line = { day: evil, audience: evil, purpose: evil, customer: evil, tokens: 1 }
    const html = page({
      ...partnerFacts,
      displayName: evil,
      person: { name: evil, isConsenter: false },
      usage: [line],
      addresses: [evil],
      endsBecause: evil,
    })
    expect(html).not.toMatch(/<script|<img/)
    expect(html).toContain('&lt;script&gt;')
  })
})

describe('withdrawing', () => {
  it('says what it does before it is done: how soon, what lives on, and that services stop', () => {
    const text = read(partnerFacts)
    for (const item of en.withdraw.items(name)) expect(text).toContain(item)
    expect(text).toContain(`${en.withdraw.field} ${partnerFacts.confirmation}`)
  })

  it('says afterwards when it held, what lives on, and how to remove the application', () => {
    const text = readableText(textOf(withdrawnPage(withdrawn, en)))
    expect(text).toContain('Withdrawn on 24 November 2026 at 09:30 UTC')
    expect(text).toContain('may live on at Microsoft until 24 November 2026 at 10:36 UTC')
    expect(text).toContain(en.withdraw.done.unfinished)
    expect(text).toContain('Enterprise applications > All applications')
    expect(text).toContain(withdrawn.withdrawn.app?.clientId)
  })

  it('says that no token lives on where none does, and names no time for that', () => {
    const { revokedAt } = withdrawn.withdrawn
    const none = { ...withdrawn.withdrawn, tokensAliveUntil: revokedAt }
    const text = readableText(textOf(withdrawnPage({ ...withdrawn, withdrawn: none }, en)))
    expect(text).toContain(en.withdraw.done.noneAlive)
    expect(text).not.toContain(en.withdraw.done.aliveUntil)
  })
})
