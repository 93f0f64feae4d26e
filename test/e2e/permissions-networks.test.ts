import { expect, inject, test } from 'vitest'
import { audiences, manage } from './support/management.ts'

const stack = inject('stack')

const put = (networks: unknown) => {
  const path = `/manage/permissions/test-${crypto.randomUUID()}`
  const body = {
    caller: { tenant: crypto.randomUUID(), clientId: crypto.randomUUID() },
    partners: 'any',
    audiences: [audiences.graph],
    purposes: ['billing'],
    networks,
  }
  return manage(stack, { method: 'PUT', path, body })
}

test('a permission keeps its networks, IPv4 and IPv6, and single addresses', async () => {
  const networks = ['192.0.2.0/24', '2001:db8::/48', '198.51.100.7']
  const answer = await put(networks)
  expect(answer.status).toBe(201)
  expect(await answer.json()).toMatchObject({ networks })
})

test.each([
  ['no network at all', []],
  ['a host name', ['office.example']],
  ['a prefix that is too long', ['192.0.2.0/33']],
  ['a zone', ['fe80::1%eth0/64']],
  ['one good and one bad', ['192.0.2.0/24', '192.0.2.0/x']],
])('%s is refused by the name of the field', async (_, networks) => {
  const answer = await put(networks)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({
    code: 'request_malformed',
    field: expect.stringMatching(/^networks/),
  })
})
