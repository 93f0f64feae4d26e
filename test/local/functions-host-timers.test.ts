import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAppBench, type Started } from './fixtures/functions-host/app.ts'

const bench = createAppBench()
afterAll(bench.clean)

const never = '0 0 0 30 2 *'
const source = `
let runs = 0
let release = () => {}
app.timer('rotate', { schedule: '${never}', handler: (timer, context) => {
  context.log('rotated ' + JSON.stringify(timer) + ' ' + context.triggerMetadata)
} })
app.timer('yearly', { schedule: '%YEARLY%', handler: (timer) => console.log('next ' + timer.scheduleStatus.next) })
app.timer('fails', { schedule: '${never}', handler: () => { throw new Error('no luck') } })
app.timer('slow', { schedule: '* * * * * *', handler: () => {
  console.log('slow run ' + ++runs)
  return new Promise((done) => { release = done })
} })
app.timer('still', { schedule: '* * * * * *', runOnStartup: true, handler: () => console.log('still ran') })
app.timer('early', { schedule: '${never}', runOnStartup: true, handler: () => console.log('ran early') })
app.http('release', { handler: () => { release(); return { body: String(runs) } } })
app.http('runs', { handler: () => ({ body: String(runs) }) })
`

describe('the timers of a local Functions app', () => {
  let host: Started
  beforeAll(async () => {
    host = await bench.start(
      { source },
      { YEARLY: '0 30 6 1 1 *', 'AzureWebJobs.still.Disabled': 'true' },
    )
  })
  const fire = (name: string, body?: object) =>
    host.send(`/_local/timers/${name}`, {
      method: 'POST',
      ...(body && { body: JSON.stringify(body) }),
    })

  it('run when they are fired by hand, with keys in camel case', async () => {
    expect((await fire('rotate')).status).toBe(204)
    const line = await host.line('rotated')
    const [payload = ''] = /\{.*\}/.exec(line) ?? []
    expect(JSON.parse(payload)).toMatchObject({
      isPastDue: false,
      schedule: { adjustForDST: true },
      scheduleStatus: { last: expect.any(String) },
    })
    expect(line).toMatch(/undefined$/)
  })

  it('can be fired as past due, and by a name in any case', async () => {
    expect((await fire('ROTATE', { isPastDue: true })).status).toBe(204)
    await host.line('"isPastDue":true')
  })

  it('answer 500 when the run fails, 404 when there is no such timer, 400 to a bad body', async () => {
    expect((await fire('fails')).status).toBe(500)
    await host.line('no luck')
    expect((await fire('absent')).status).toBe(404)
    expect((await fire('release')).status).toBe(404)
    expect((await fire('rotate', { isPastDue: 'yes' })).status).toBe(400)
  })

  it('go by six fields in UTC, which a setting may give', async () => {
    expect((await fire('yearly')).status).toBe(204)
    expect(await host.line('next 2')).toMatch(/^next \d{4}-01-01T06:30:00\.000Z$/)
  })

  it('run at start when they ask for it', async () => {
    await host.line('ran early')
  })

  it('never overlap themselves: a tick during a run is skipped', async () => {
    await host.line('slow run 1')
    const start = Date.now()
    await expect.poll(() => Date.now() - start, { timeout: 5000 }).toBeGreaterThan(2200)
    expect((await host.send('/runs')).body).toBe('1')
    await host.send('/release')
    await host.line('slow run 2')
  })

  it('wait for a run that is under way when they are fired by hand', async () => {
    await host.line('slow run 2')
    const fired = fire('slow')
    await host.send('/release')
    await host.line('slow run 3')
    await host.send('/release')
    expect((await fired).status).toBe(204)
  })

  it('stand still while a setting disables them, unless they are fired by hand', async () => {
    // Others have ticked by now.
    await host.line('slow run 3')
    expect(host.lines.filter((line) => line.includes('still ran'))).toEqual([])
    expect((await fire('still')).status).toBe(204)
    await host.line('still ran')
  })

  it('stop the start when the schedule is none, or its setting is missing', async () => {
    const wordy = `app.timer('bad', { schedule: 'every day', handler: () => {} })`
    await expect(bench.start({ source: wordy })).rejects.toThrow(/cannot start/)
    const unset = `app.timer('bad', { schedule: '%ABSENT%', handler: () => {} })`
    await expect(bench.start({ source: unset })).rejects.toThrow(/'%ABSENT%' does not resolve/)
  })
})
