import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { runSmoke } from '../ops/support/run-ops.ts'

const stack = inject('stack')
const local = ['--local', join(stack.stateFolder, 'stack.json')]

it('the stack passes what is checked after a deployment', async () => {
  const { code, stdout, stderr } = await runSmoke(local)
  expect(stdout).not.toMatch(/^FAIL/m)
  expect(stdout).toMatch(/^ok +broker: refuses to issue without a token$/m)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

it('by addresses and certificate authority it is the same', async () => {
  const addresses = ['--onboarding', stack.onboarding, '--broker', stack.broker]
  const { code, stdout } = await runSmoke([...addresses, '--ca', join(stack.stateFolder, 'ca.pem')])
  expect(stdout).toMatch(/^\d+ ok, 0 failed/m)
  expect(code).toBe(0)
})

it('a stack that this machine reaches is not taken for one that refuses it', async () => {
  const { code, stdout } = await runSmoke([...local, '--denied'])
  expect(stdout).toMatch(/^FAIL +broker: refuses this network/m)
  expect(code).toBe(1)
})
