import { expect, test } from 'vitest'
import { tellReach, type Ask } from '../../infra/hooks/reach.ts'

const deployed = {
  ONBOARDING_APP: 'func-onboarding-x',
  BROKER_APP: 'func-broker-x',
  SITE_SUFFIX: 'azurewebsites.net',
  BROKER_URL: 'https://func-broker-x.azurewebsites.net',
  WHO_MAY_ASK: 'nobody: callerAddresses is empty',
}

const refusing =
  (...hosts: string[]): Ask =>
  async (url) => {
    const isRefused = hosts.includes(new URL(url).host)
    const headers = new Headers(isRefused ? { 'x-ms-forbidden-ip': '203.0.113.7' } : {})
    return { status: isRefused ? 403 : 401, headers }
  }

test('an address that a deployment site refuses is named, with the parameter that would let it in', async () => {
  for (const host of [
    'func-onboarding-x.scm.azurewebsites.net',
    'func-broker-x.scm.azurewebsites.net',
  ]) {
    const { lines, canDeploy } = await tellReach(deployed, refusing(host))
    expect(canDeploy).toBe(false)
    expect(lines.join('\n')).toMatch(/refuse 203\.0\.113\.7.*deployerAddresses/)
    expect(lines.join('\n')).toContain('DEPLOYER_ADDRESSES')
  }
})

test('the address is added to those that azd knows already', async () => {
  const scm = refusing('func-broker-x.scm.azurewebsites.net')
  const { lines } = await tellReach({ ...deployed, DEPLOYER_ADDRESSES: '198.51.100.4' }, scm)
  expect(lines.join('\n')).toContain('set DEPLOYER_ADDRESSES "198.51.100.4,203.0.113.7"')
})

test('that the broker refuses this machine stops no deployment, and names the lists', async () => {
  const { lines, canDeploy } = await tellReach(
    deployed,
    refusing('func-broker-x.azurewebsites.net'),
  )
  expect(canDeploy).toBe(true)
  expect(lines.join('\n')).toMatch(
    /refuses 203\.0\.113\.7[^]*callerAddresses[^]*managementAddresses/,
  )
})

test('an empty list of callers says that nobody may ask', async () => {
  const { lines } = await tellReach(deployed, refusing())
  expect(lines).toContain('Who may ask for tokens: nobody: callerAddresses is empty')
})

test('a site that does not answer is no refusal, and is not said to be open', async () => {
  const silent: Ask = () => Promise.reject(new Error('no such host'))
  const { lines, canDeploy } = await tellReach(deployed, silent)
  expect(canDeploy).toBe(true)
  expect(lines.join('\n')).toMatch(/site does not answer[^]*broker does not answer/)
})

test('before anything is provisioned nothing is asked', async () => {
  const never: Ask = () => Promise.reject(new Error('asked'))
  const { canDeploy, lines } = await tellReach({}, never)
  expect(canDeploy).toBe(false)
  expect(lines).toEqual([expect.stringContaining('azd provision')])
})
