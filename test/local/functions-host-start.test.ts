import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { certificatesIn } from '../../local/kit/certificates.ts'
import { listenOnFreePort } from '../../local/kit/ports.ts'
import { startFunctionsHost } from '../../local/functions-host/start.ts'
import { createAppBench } from './fixtures/functions-host/app.ts'
import { clientOf } from './fixtures/functions-host/client.ts'

const bench = createAppBench()
afterAll(bench.clean)

const hello = `app.http('hello', { handler: () => ({ body: 'hello' }) })\n`
const main = resolve(import.meta.dirname, '../../local/functions-host/main.ts')

describe('loading an app', () => {
  it('that throws before its first registration leaves an app without functions and a line', async () => {
    const host = await bench.start({ source: `throw new Error('no settings')\n${hello}` })
    await host.line('Worker was unable to load entry point "index.mjs": no settings')
    expect(host.functions).toEqual([])
    expect((await host.send('/hello')).status).toBe(404)
  })

  it('whose entry file matches nothing leaves an app without functions and a line', async () => {
    const host = await bench.start({ source: hello, packageJson: { main: 'absent-*.mjs' } })
    await host.line('Found zero files matching the supplied pattern')
    expect(host.functions).toEqual([])
  })

  it('that throws after a registration fails the indexing, and says so', async () => {
    const started = bench.start({ source: `${hello}throw new Error('too late')` })
    await expect(started).rejects.toThrow(/indexing failed: .*too late/)
  })

  it('with two functions of one name fails the indexing', async () => {
    const started = bench.start({ source: hello + hello.replace('hello', 'Hello') })
    await expect(started).rejects.toThrow(/indexing failed: .*"Hello" has already been registered/)
  })

  it('awaits the top level of an ES module, and a pattern may name several entries', async () => {
    const host = await bench.start({
      source: `await new Promise((done) => setTimeout(done, 20))\n${hello}`,
      packageJson: { main: 'index*.mjs' },
    })
    expect((await host.send('/hello')).body).toBe('hello')
  })

  it('refuses HTTP streaming, which the project leaves off', async () => {
    const started = bench.start({ source: `app.setup({ enableHttpStream: true })\n${hello}` })
    await expect(started).rejects.toThrow(/does not stream HTTP/)
  })

  it('ends registration: a function registered later throws', async () => {
    const late = `app.http('late', { handler: () => { ${hello.replace('hello', 'later')}; return {} } })`
    const host = await bench.start({ source: late })
    expect((await host.send('/late')).status).toBe(500)
    await host.line('A function can only be registered or disposed during app startup.')
  })
})

const spawnByHand = async (stdio: 'ipc' | 'ignore') => {
  const { certFile, keyFile, ca } = await certificatesIn(bench.folder)
  const app = bench.write({
    source: `${hello}app.hook.appTerminate(() => console.log('hooks ran'))`,
  })
  const child = spawn(
    process.execPath,
    [main, '--app', app, '--port', '0', '--cert', certFile, '--key', keyFile],
    { stdio: ['ignore', 'pipe', 'inherit', stdio], env: {} },
  )
  let printed = ''
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')))
  // Not 'close': it does not come after a disconnect by the parent.
  const exit = new Promise<number | null>((found) => child.once('exit', found))
  const output = new Promise((ended) => child.stdout?.once('end', ended))
  const code = output.then(() => exit)
  return { child, ca, code, printed: () => printed }
}

describe('the process of an app', () => {
  it('has the given settings and of the environment only the path and the cache of compiled code', async () => {
    process.env['SETTING_OF_THE_PARENT'] = 'unseen'
    const source = `app.http('env', { handler: () => ({ jsonBody: process.env }) })`
    const host = await bench.start({ source }, { OWN_SETTING: 'seen' })
    const env = JSON.parse((await host.send('/env')).body)
    expect(env).toMatchObject({ OWN_SETTING: 'seen', PATH: process.env['PATH'] })
    expect(env).not.toHaveProperty('SETTING_OF_THE_PARENT')
    delete process.env['SETTING_OF_THE_PARENT']
  })

  it('takes the next free port when its own is taken', async () => {
    const rival = createServer()
    const taken = await listenOnFreePort(rival, 0)
    const host = await startFunctionsHost({
      app: bench.write({ source: hello }),
      port: taken,
      tls: await certificatesIn(bench.folder),
      env: {},
      onLine: () => undefined,
    })
    expect(host.port).toBeGreaterThan(taken)
    expect(host.address).toBe(`https://localhost:${host.port}`)
    await host.stop()
    rival.close()
  })

  it('ends with exit code 1 and a line when a rejection floats, whatever is in flight', async () => {
    const host = await bench.start({
      source: `
        app.http('waits', { handler: () => { console.log('waiting'); return new Promise(() => {}) } })
        app.http('floats', { handler: () => { Promise.reject(new Error('nobody waits')); return {} } })`,
    })
    const inFlight = host.send('/waits').catch((error: unknown) => error)
    await host.line('waiting')
    await host.send('/floats').catch(() => undefined)
    expect(await host.exited).toBe(1)
    expect(await inFlight).toBeInstanceOf(Error)
    expect(await host.line('nobody waits')).toMatch(/^critical host uncaught exception: Error:/)
  })

  it('does not wait for calls in flight when it is stopped', async () => {
    const host = await bench.start({
      source: `app.http('waits', { handler: () => { console.log('waiting'); return new Promise(() => {}) } })`,
    })
    const inFlight = host.send('/waits').catch((error: unknown) => error)
    await host.line('waiting')
    await host.stop()
    expect(await host.exited).toBe(0)
    expect(await inFlight).toBeInstanceOf(Error)
  })

  it('answers every other path below /_local with 404', async () => {
    const host = await bench.start({ source: hello })
    expect((await host.send('/_local/requests')).status).toBe(404)
    expect((await host.send('/_local/functions', { method: 'POST' })).status).toBe(404)
  })

  it('says its usage when started with too little', async () => {
    const child = spawn(process.execPath, [main, '--app', 'x'], { stdio: 'pipe' })
    const [chunk]: unknown[] = await once(child.stderr, 'data')
    expect(String(chunk)).toContain('usage: node main.ts --app')
  })

  it('prints a line when it is ready without a parent to tell, and stops at SIGINT', async () => {
    const { child, ca, code, printed } = await spawnByHand('ignore')
    const [chunk]: unknown[] = await once(child.stdout ?? child, 'data')
    const address = /^ready at (https:\/\/localhost:\d+) with 1 functions\n$/.exec(
      String(chunk),
    )?.[1]
    expect((await clientOf(address ?? '', ca)('/hello')).body).toBe('hello')
    child.kill('SIGINT')
    expect(await code).toBe(0)
    expect(printed()).toContain('hooks ran')
  })

  it('stops by itself, hooks included, when the process that started it is gone', async () => {
    const { child, code, printed } = await spawnByHand('ipc')
    const [ready]: unknown[] = await once(child, 'message')
    expect(ready).toMatchObject({ ready: true, functions: [{ name: 'hello' }] })
    child.disconnect()
    expect(await code).toBe(0)
    expect(printed()).toContain('hooks ran')
  })
})
