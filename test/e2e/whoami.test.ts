import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { callerToken } from '../../local/stack/caller-token.ts'
import { bodyOf, expectProblem, manageAs, personToken, roleToken } from './support/manage-as.ts'
import { audiences, permit } from './support/management.ts'
import { ownCaller } from './support/own-partner.ts'

const stack = inject('stack')
const path = '/whoami'

describe('GET /whoami', () => {
  it('tells a caller who it is, where it comes from and what names it', async () => {
    const caller = await ownCaller(stack, ['Token.Issue'])
    const partners = [randomUUID()]
    const notAfter = '2040-01-01T00:00:00.000Z'
    const { name } = await permit(stack, caller, { partners, networks: ['127.0.0.0/8'], notAfter })
    const token = await callerToken(stack, caller)
    const answer = await manageAs(stack, token, {
      path,
      headers: { 'client-request-id': 'mine-1' },
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('client-request-id')).toBe('mine-1')
    const ids = { tenant: caller.tenant, clientId: caller.clientId }
    expect(await bodyOf(answer, 200)).toEqual({
      caller: ids,
      tenant: caller.tenant,
      roles: ['Token.Issue'],
      address: '127.0.0.1',
      permissions: [
        {
          name,
          caller: ids,
          partners,
          audiences: Object.values(audiences),
          customers: 'any',
          purposes: ['test'],
          networks: ['127.0.0.0/8'],
          notAfter,
          mode: 'enforce',
        },
      ],
    })
  })

  it('shows nothing of the permissions of others', async () => {
    const token = await callerToken(stack, await ownCaller(stack, ['Token.Issue']))
    expect(await bodyOf(await manageAs(stack, token, { path }), 200)).toMatchObject({
      permissions: [],
    })
  })

  it('sees the address of the trusted hop, whatever the caller says', async () => {
    const token = await roleToken(stack, 'Token.Issue')
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    const body = await bodyOf(await manageAs(stack, token, { path, headers }), 200)
    expect(body['address']).toBe('127.0.0.1')
  })

  it('refuses whom the token endpoint refuses', async () => {
    const unauthenticated = { status: 401, code: 'caller_unauthenticated' }
    const foreign = await ownCaller(stack, ['Token.Issue'], randomUUID())
    const tokens = [
      undefined,
      await roleToken(stack, 'Broker.Manage'),
      await callerToken(stack, foreign),
      await personToken(stack, { roles: ['Token.Issue'] }),
    ]
    for (const token of tokens) {
      await expectProblem(await manageAs(stack, token, { path }), unauthenticated)
    }
  })
})
