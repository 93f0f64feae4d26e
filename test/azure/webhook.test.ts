import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certificatesIn } from '../../local/kit/certificates.ts'
import { fixedSigner, vaultSigners, type Signers } from '../../shared/azure/signing-secrets.ts'
import { webhookDoor } from '../../shared/azure/webhook.ts'
import type { BrokerEvent } from '../../shared/broker/broker-event.ts'
import { cloudEvent } from '../../shared/broker/events/cloud-event.ts'
import { startReceiver, type Receiver } from '../e2e/support/event-receiver.ts'

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`
const folder = mkdtempSync(join(tmpdir(), 'webhook-'))
const secret = newSecret()
const event: BrokerEvent = { v: 1, id: 'grant.revoked:p:1', type: 'grant.revoked', at: 0 }
const announcer = {
  brokerUrl: 'https://broker.example',
  onboardingUrl: 'https://onboarding.example',
  operator: { name: 'Contoso', contact: 'c@contoso.example' },
}

let receiver: Receiver
let stranger: Receiver

beforeAll(async () => {
  const certificates = await certificatesIn(folder)
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificates.ca])
  receiver = await startReceiver(certificates)
  stranger = await startReceiver(await certificatesIn(join(folder, 'stranger')))
})
afterAll(async () => {
  await Promise.all([receiver.close(), stranger.close()])
  rmSync(folder, { recursive: true })
})

const post = (address: string, signers: Signers = fixedSigner(secret), timeoutMs = 2_000) => {
  const envelope = (one: BrokerEvent) => cloudEvent(announcer, one)
  const door = webhookDoor({ envelope, signers, now: () => Date.now(), timeoutMs })
  return door({ key: 'k', host: new URL(address).host, address }, event)
}

describe('a webhook', () => {
  it('that answers 2xx has the event', async () => {
    for (const status of [200, 202, 204]) {
      receiver.answer(() => ({ status }))
      expect(await post(receiver.origin)).toBe('delivered')
    }
  })

  it.each([
    [301, { location: 'https://localhost/' }, { reason: 'status_301' }],
    [304, {}, { reason: 'status_304' }],
    [400, {}, { reason: 'status_400' }],
    [410, {}, { reason: 'status_410', isGone: true }],
    [429, { 'retry-after': '120' }, { reason: 'status_429', retryAfterMs: 120_000 }],
    [503, { 'retry-after': 'soon' }, { reason: 'status_503' }],
  ])('that answers %i has not', async (status, headers, expected) => {
    receiver.answer(() => ({ status, headers }))
    expect(await post(receiver.origin)).toEqual(expected)
  })

  it('that cannot be reached, trusted or awaited is a code, without its address', async () => {
    const closed = await startReceiver()
    await closed.close()
    const address = `${closed.origin.replace('http:', 'https:')}/hook?key=s3cret`
    expect(await post(address)).toEqual({ reason: 'ECONNREFUSED' })
    expect(await post(`${stranger.origin}/s3cret`)).toEqual({
      reason: expect.stringMatching(/CERT|ISSUER/),
    })
    expect(stranger.received).toEqual([])
    let release = (): void => undefined
    const silent = new Promise<void>((resolve) => (release = resolve))
    receiver.answer(() => ({ status: 204, after: silent }))
    expect(await post(receiver.origin, undefined, 100)).toEqual({ reason: 'timeout' })
    release()
  })

  it('gets no event that nothing signs', async () => {
    const before = receiver.received.length
    const signers: Signers = async () => {
      throw new Error('the vault is away')
    }
    expect(await post(receiver.origin, signers)).toEqual({ reason: 'signing_secret' })
    expect(receiver.received).toHaveLength(before)
  })
})

describe('signing secrets of the vault', () => {
  const vault = (secrets: Record<string, string | undefined>) => {
    const unusable: string[] = []
    let [now, reads] = [0, 0]
    const signers = vaultSigners({
      names: Object.keys(secrets),
      readSecret: async (name) => (reads++, secrets[name]),
      onUnusable: (name) => unusable.push(name),
      now: () => now,
    })
    return { signers, unusable, reads: () => reads, pass: (ms: number) => (now += ms) }
  }
  const signed = async (signers: Signers, key: string) => {
    const at = new Date(0)
    const expected = new Webhook(key).sign('id', at, 'body')
    return (await signers()).map((one) => one.sign('id', at, 'body')).includes(expected)
  }

  it('all sign, and one that is absent or none is told of by name', async () => {
    const secrets = {
      a: newSecret(),
      b: undefined,
      c: 'whsec_!!',
      d: 'whsec_c2hvcnQ=',
      e: newSecret(),
    }
    const { signers, unusable } = vault(secrets)
    expect(await signers()).toHaveLength(2)
    expect(await signed(signers, secrets.a)).toBe(true)
    expect(await signed(signers, secrets.e)).toBe(true)
    expect(unusable).toEqual(['b', 'c', 'd'])
  })

  it('are read again after five minutes', async () => {
    const secrets = { a: newSecret() }
    const { signers, reads, pass } = vault(secrets)
    await signers()
    secrets.a = newSecret()
    pass(299_999)
    expect(await signed(signers, secrets.a)).toBe(false)
    expect(reads()).toBe(1)
    pass(1)
    expect(await signed(signers, secrets.a)).toBe(true)
  })

  it('must be there: without any nothing is signed, and the next event looks again', async () => {
    const secrets: Record<string, string | undefined> = { a: undefined }
    const { signers } = vault(secrets)
    await expect(signers()).rejects.toThrow('no signing secret')
    secrets['a'] = newSecret()
    expect(await signers()).toHaveLength(1)
  })
})
