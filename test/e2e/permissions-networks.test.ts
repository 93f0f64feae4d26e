import { expect, inject, test } from 'vitest'
import { audiences, manage } from './support/management.ts'

const stack = inject('stack')

test('a permission with networks is refused, since nothing would hold callers to them', async () => {
  const path = `/manage/permissions/test-${crypto.randomUUID()}`
  const body = {
    caller: { tenant: crypto.randomUUID(), clientId: crypto.randomUUID() },
    partners: 'any',
    audiences: [audiences.graph],
    purposes: ['billing'],
    networks: ['192.0.2.0/24'],
  }
  const answer = await manage(stack, { method: 'PUT', path, body })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ code: 'request_malformed', field: 'networks' })
  expect((await manage(stack, { path })).status).toBe(404)
})
