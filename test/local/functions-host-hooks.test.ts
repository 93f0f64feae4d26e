import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAppBench, type Started } from './fixtures/functions-host/app.ts'

const bench = createAppBench()
afterAll(bench.clean)

const source = `
const ran = []
app.hook.appStart((hook) => { hook.hookData.started = true; ran.push('appStart') })
app.hook.appTerminate((hook) => console.log('terminated after start: ' + hook.hookData.started))
app.hook.preInvocation(async (hook) => {
  await Promise.resolve()
  hook.hookData.seen = hook.invocationContext.functionName
  if (hook.invocationContext.functionName === 'replaced') hook.functionHandler = () => ({ body: 'by the hook' })
  if (hook.invocationContext.functionName === 'barred') throw new Error('barred by the hook')
  if (hook.invocationContext.functionName === 'given') hook.inputs = ['another input']
})
app.hook.preInvocation((hook) => { hook.hookData.order = 'second' })
app.hook.postInvocation((hook) => {
  const { functionName } = hook.invocationContext
  ran.push('post ' + functionName + ' ' + hook.hookData.seen + ' ' + hook.hookData.order)
  if (functionName === 'mended') { hook.error = null; hook.result = { body: 'mended' } }
  if (functionName === 'badAnswer') ran.push('error seen: ' + hook.error)
})
app.hook.log((hook) => {
  if (hook.message.includes('breaks the hook')) throw new Error('a broken log hook')
  hook.message = hook.message.replace('secret', '[hidden]') + (hook.invocationContext ? ' in ' + hook.invocationContext.functionName : '')
  if (hook.message.includes('raised')) hook.level = 'error'
})
const at = (name, handler) => app.http(name, { handler })
at('ran', () => ({ jsonBody: ran }))
at('replaced', () => ({ body: 'by the function' }))
at('barred', () => ({ body: 'not reached' }))
at('given', (input) => ({ body: String(input) }))
at('mended', () => { throw new Error('to be mended') })
at('badAnswer', () => 'no object')
at('logs', (request, context) => {
  context.log('a secret', { nested: { deep: 1 } })
  context.warn('first line\\nsecond line')
  context.info('is raised')
  context.info('breaks the hook')
  context.debug('a detail')
  console.log('written directly')
  return {}
})
`

describe('the hooks of a local Functions app', () => {
  let host: Started
  beforeAll(async () => {
    host = await bench.start({ source })
  })
  const body = async (path: string) => (await host.send(path)).body
  const ran = async (): Promise<string[]> => JSON.parse(await body('/ran'))

  it('run at start, before anything is answered', async () => {
    expect((await ran())[0]).toBe('appStart')
  })

  it('may replace the handler and the inputs before a call', async () => {
    expect(await body('/replaced')).toBe('by the hook')
    expect(await body('/given')).toBe('another input')
  })

  it('fail the call when one throws before it, and then none runs after it', async () => {
    expect((await host.send('/barred')).status).toBe(500)
    await host.line('barred by the hook')
    expect((await ran()).filter((one) => one.startsWith('post barred'))).toEqual([])
  })

  it('share their data, in the order of registration, and may clear an error afterwards', async () => {
    expect(await body('/mended')).toBe('mended')
    expect(await ran()).toContain('post mended mended second')
  })

  it('do not see afterwards that the answer cannot be converted', async () => {
    expect((await host.send('/badAnswer')).status).toBe(500)
    expect(await ran()).toContain('error seen: null')
  })

  it('may change the lines and levels that the app logs; each is one line', async () => {
    await host.send('/logs')
    await host.line('written directly')
    expect(host.lines).toContain('information logs a [hidden] { nested: { deep: 1 } } in logs')
    expect(host.lines).toContain('warning logs first line\\nsecond line in logs')
    expect(host.lines).toContain('error logs is raised in logs')
    expect(host.lines).toContain('written directly')
  })

  it('cannot lose a line by throwing', async () => {
    await host.send('/logs')
    expect(await host.line('breaks the hook')).toBe('information logs breaks the hook')
  })

  it('leave out what is below the level of host.json, information by default', async () => {
    const detailed = await bench.start({
      source,
      hostJson: { logging: { logLevel: { default: 'Debug' } } },
    })
    await detailed.send('/logs')
    await detailed.line('a detail')
    await host.send('/logs')
    await host.line('written directly')
    expect(host.lines.some((line) => line.includes('a detail'))).toBe(false)
  })

  it('run at stop, with the data of the start', async () => {
    const other = await bench.start({ source })
    await other.stop()
    expect(other.lines).toContain('terminated after start: true')
    expect(await other.exited).toBe(0)
  })
})
