import { describe, expect, test } from 'vitest'
import { commands } from '../../ops/commands.ts'
import { runOps } from './support/run-ops.ts'

const partner = 'fab41c00-0000-4000-8000-0000000000b1'
const broker = { BROKER_URL: 'https://localhost:1', BROKER_AUDIENCE: 'api://broker' }

describe('a command that is wrongly typed ends with 2 and says what is wrong', () => {
  test.each([
    [[], 'usage:'],
    [['nonsense'], 'there is no command nonsense'],
    [['--yes', 'revoke'], 'there is no command --yes'],
    [['permissions', 'remove'], 'too many words: remove'],
    [['revoke', partner], '--reason must say why'],
    [['revoke', partner, '--reason', ' '], '--reason must say why'],
    [['revoke', 'fabrikam', '--reason', 'x'], '<partner> must be a tenant id'],
    [['revoke', partner, '--reason', 'x', '--force'], "Unknown option '--force'"],
    [['invite', partner], '--for must name what to ask consent for'],
    [['lockdown', 'set', 'partner', '--reason', 'x'], '<id> must be a tenant id'],
    [['lockdown', 'set', 'caller', partner, '--reason', 'x'], '<id> must be {tenant}/{clientId}'],
    [['lockdown', 'set', 'all', partner, '--reason', 'x'], '<id> is not for all'],
    [['lockdown', 'set', 'everything', '--reason', 'x'], '<scope> must be all, partner'],
    [['audit', '--from', 'yesterday'], '--from must be a time such as'],
    [['audit', 'purge', '--before', '2999-01-01'], '--before must not be in the future'],
    [['audit', 'purge', '--before', '2020-01-01'], '--tables-url is missing'],
    [['events', 'replay'], '<id> or --all'],
    [['events', 'replay', 'a'.repeat(32), '--all'], '<id> or --all'],
    [['events', 'replay', '../x'], '<id> must be the id of a failed message'],
    [['permissions', 'put', 'x'], 'say what is permitted'],
    [['permissions', 'put', 'x', '--file', '/does/not/exist'], 'is no file with a JSON object'],
  ])('%j', async (args, said) => {
    const { code, stdout, stderr } = await runOps(args, { env: broker })
    expect(stderr).toContain(said)
    expect(code).toBe(2)
    expect(stdout).toBe('')
  })

  test('no broker named', async () => {
    const { code, stderr } = await runOps(['partners'])
    expect(stderr).toContain('which broker?')
    expect(code).toBe(2)
  })

  test('a broker without https, since a token would go there in the clear', async () => {
    const { code, stderr } = await runOps(['partners', '--broker', 'http://broker.example'])
    expect(stderr).toContain('--broker or BROKER_URL must be https://')
    expect(code).toBe(2)
  })
})

test('help names every command and ends with 0', async () => {
  const { code, stdout } = await runOps(['--help'])
  expect(code).toBe(0)
  for (const name of Object.keys(commands).filter((one) => !/^(?:inv|perm)\w+ list$/.test(one))) {
    expect(stdout).toContain(`\n  ${name}`)
  }
})

test('without a stack, --local says so', async () => {
  const { code, stderr } = await runOps(['partners', '--local', '/does/not/exist/stack.json'])
  expect(stderr).toContain('No stack runs: /does/not/exist/stack.json is not there')
  expect(code).toBe(1)
})

test('without az, it says who could not sign in', async () => {
  const { code, stderr } = await runOps(['partners'], { env: { ...broker, PATH: '/nowhere' } })
  expect(stderr).toContain('Not signed in: no token for api://broker (as the person of az login)')
  expect(code).toBe(1)
})
