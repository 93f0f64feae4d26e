import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { BrokerEvent, EventType } from '../../shared/broker/broker-event.ts'
import type { WhoMustAct } from '../../shared/broker/broker-error.ts'
import { cloudEvent, wireIdOf, type Announcer } from '../../shared/broker/events/cloud-event.ts'

const announcer: Announcer = {
  brokerUrl: 'https://broker.example',
  onboardingUrl: 'https://onboarding.example',
  operator: { name: 'Contoso Marketplace', contact: 'security@contoso.example' },
}

const partner = 'fab41c00-0000-4000-8000-0000000000b1'
const renewUri = `https://onboarding.example/renew/${partner}`

const ofPartner: EventType[] = [
  'partner.consented',
  'grant.expiring',
  'grant.consent_needed',
  'grant.degraded',
  'grant.recovered',
  'grant.revoked',
]
const ofBroker: EventType[] = ['rotation.stalled', 'app_credential.expiring']

const event = (type: EventType, changes: Partial<BrokerEvent> = {}): BrokerEvent => ({
  v: 1,
  id: `${type}:${partner}:2`,
  type,
  at: Date.parse('2027-02-22T12:00:00.125Z'),
  ...(ofPartner.includes(type) && { partner, displayName: 'Fabrikam', generation: 2 }),
  ...changes,
})

const messageOf = (one: BrokerEvent) => cloudEvent(announcer, one).data.message
const endsAt = Date.parse('2027-03-01T12:00:00Z')

describe('every event', () => {
  const all = [...ofPartner, ...ofBroker].flatMap((type) =>
    ['en', 'nl'].map((language) => [type, language] as const),
  )

  it.each(all)('%s has a text of its own in %s, signed by the operator', (type, language) => {
    const own = messageOf(event(type, { language, endsAt, daysLeft: 7 }))
    expect(own.text.endsWith('\n\nContoso Marketplace, security@contoso.example')).toBe(true)
    expect(own.subject).toMatch(/^\S.{10,90}$/)
    const others = all
      .filter((one) => one[0] !== type || one[1] !== language)
      .map(([other, tongue]) => messageOf(event(other, { language: tongue, endsAt, daysLeft: 7 })))
    expect(others.map(({ subject }) => subject)).not.toContain(own.subject)
    expect(others.map(({ text }) => text)).not.toContain(own.text)
  })

  it.each(all)('%s in %s holds no gap where a fact is missing', (type, language) => {
    const { subject, text } = messageOf(event(type, { language }))
    expect(`${subject} ${text}`).not.toMatch(/undefined|NaN|Invalid| {2}| \.|\(\)/)
  })

  it.each(ofPartner)('%s greets the partner and names its tenant', (type) => {
    const { text } = messageOf(event(type))
    expect(text.startsWith('Hello Fabrikam,\n')).toBe(true)
    expect(text).toContain(partner)
    expect(messageOf(event(type, { language: 'nl' })).text).toMatch(/^Geachte Fabrikam,\n/)
  })
})

describe('what the partner must do', () => {
  it.each(['grant.expiring', 'grant.consent_needed', 'grant.degraded'] as const)(
    'stands in %s, with where',
    (type) => {
      for (const language of ['en', 'nl']) {
        expect(messageOf(event(type, { language })).text).toContain(`\n\n${renewUri}\n`)
      }
    },
  )

  it.each(['grant.expiring', 'grant.consent_needed', 'grant.degraded'] as const)(
    'is nothing in %s when the operator must act',
    (type) => {
      const said = messageOf(event(type, { whoMustAct: 'operator' })).text
      expect(said).toContain('You need not do anything')
      expect(said).not.toContain(renewUri)
    },
  )

  it('is told with the day and the days left', () => {
    const { subject, text } = messageOf(event('grant.expiring', { endsAt, daysLeft: 1 }))
    expect(subject).toContain('in 1 day')
    expect(text).toContain('on 1 March 2027 at 12:00 UTC')
    const dutch = messageOf(event('grant.expiring', { endsAt, daysLeft: 14, language: 'nl' }))
    expect(dutch.subject).toContain('over 14 dagen')
    expect(dutch.text).toContain('op 1 maart 2027')
  })

  it('is told with the reason: in words where there are some, else its code', () => {
    const said = (reason: string) => messageOf(event('grant.degraded', { reason })).text
    expect(said('mfa_missing')).toContain('Reason: the account that consented no longer uses MFA.')
    expect(said('never_seen')).toContain('Reason: never_seen.')
    const entra = said('invalid_grant AADSTS50173')
    expect(entra).toContain('Reason: Microsoft no longer accepts the consent (AADSTS50173).')
  })
})

describe('the envelope', () => {
  it('is CloudEvents 1.0 with every fact, times in ISO 8601', () => {
    const facts = { contact: 'it@f.example', language: 'nl', endsAt, daysLeft: 7, reason: 'x' }
    const { message, ...data } = cloudEvent(announcer, event('grant.degraded', facts)).data
    expect(cloudEvent(announcer, event('grant.degraded', facts))).toEqual({
      specversion: '1.0',
      id: `grant_degraded:${partner}:2`,
      source: 'https://broker.example',
      type: 'grant.degraded',
      subject: partner,
      time: '2027-02-22T12:00:00.125Z',
      datacontenttype: 'application/json',
      data: { ...data, message },
    })
    expect(data).toEqual({
      partner,
      displayName: 'Fabrikam',
      contact: 'it@f.example',
      language: 'nl',
      generation: 2,
      endsAt: '2027-03-01T12:00:00.000Z',
      daysLeft: 7,
      reason: 'x',
      whoMustAct: 'partner_admin',
      renewUri,
    })
  })

  it.each(ofBroker)('of %s is for the operator', (type) => {
    const { subject, data } = cloudEvent(announcer, event(type, { endsAt }))
    expect(subject).toBeUndefined()
    expect(data).toMatchObject({ contact: 'security@contoso.example', whoMustAct: 'operator' })
    expect(data).not.toHaveProperty('renewUri')
  })

  it('of a partner who gave no contact has none', () => {
    expect(cloudEvent(announcer, event('grant.revoked')).data).not.toHaveProperty('contact')
  })

  it('says who must act as the event does', () => {
    const acts = (whoMustAct: WhoMustAct) =>
      cloudEvent(announcer, event('grant.consent_needed', { whoMustAct })).data.whoMustAct
    expect([acts('operator'), acts('customer_admin')]).toEqual(['operator', 'customer_admin'])
  })
})

test('whatever the id, it can stand in a header and between full stops', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (id) => {
      expect(wireIdOf({ id })).toMatch(/^[A-Za-z0-9_:-]+$/)
    }),
  )
})

test('the example of docs/events.md is what is sent', () => {
  const doc = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8')
  const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(doc)?.[1] ?? '')
  const own = {
    ...announcer,
    operator: { ...announcer.operator, name: 'Contoso Marketplace B.V.' },
  }
  const expected = event('grant.expiring', {
    id: `${partner}-2-expiring-7`,
    at: Date.parse('2027-02-22T12:00:00Z'),
    contact: 'it@fabrikam.example',
    endsAt,
    daysLeft: 7,
    reason: 'consent_term',
  })
  expect(example).toEqual(cloudEvent(own, expected))
  for (const type of [...ofPartner, ...ofBroker]) expect(doc).toContain(`\n| \`${type}\``)
})
