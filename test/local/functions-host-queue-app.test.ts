import { afterAll, expect, it } from 'vitest'
import { indexFunctions } from '../../local/functions-host/app-functions.ts'
import { createCore } from '../../local/functions-host/core.ts'
import { readHostJson } from '../../local/functions-host/host-json.ts'
import { createInvoke } from '../../local/functions-host/invoke.ts'
import { loadApp } from '../../local/functions-host/load-app.ts'
import type { LogEntry } from '../../local/functions-host/log.ts'
import { startQueues } from '../../local/functions-host/queues.ts'
import { createAppBench } from './fixtures/functions-host/app.ts'
import { createMemoryQueue } from './fixtures/functions-host/memory-queue.ts'

const bench = createAppBench()
afterAll(bench.clean)

const source = `
app.storageQueue('text', { queueName: '%QUEUE%', connection: 'Storage', handler: (message, context) => {
  if (message === 'bad') throw new Error('cannot be done')
  context.log(JSON.stringify({ message, type: typeof message, ...context.triggerMetadata }))
} })
app.generic('bytes', {
  trigger: { type: 'queueTrigger', name: 'message', queueName: 'bytes', connection: 'Storage', dataType: 'binary' },
  handler: (message, context) => context.log('bytes ' + Buffer.isBuffer(message) + ' ' + message),
})`

const base64 = (text: string) => Buffer.from(text).toString('base64')

const runApp = async () => {
  const folder = bench.write({
    source,
    hostJson: { extensions: { queues: { maxDequeueCount: 1 } } },
  })
  const core = createCore()
  expect(await loadApp(folder, core)).toEqual({ isIndexingFailed: false })
  const host = readHostJson(folder)
  const { functions } = indexFunctions(core.functions(), { host, settings: { QUEUE: 'grants' } })
  const entries: LogEntry[] = []
  const queues = new Map<string, ReturnType<typeof createMemoryQueue>>()
  const queueNamed = (name: string) => {
    const queue = queues.get(name) ?? createMemoryQueue()
    queues.set(name, queue)
    return queue
  }
  const log = (entry: LogEntry) => void entries.push(entry)
  const started = startQueues(
    functions.filter((one) => one.type === 'queueTrigger'),
    {
      open: (connection, name) => queueNamed(`${connection}/${name}`).door,
      options: host.queues,
      invoke: createInvoke(core, log),
      log,
    },
  )
  const messages = () => entries.map(({ message }) => message)
  return { queueNamed, messages, stop: started.stop }
}

it('the queue functions of an app get their messages as in Azure', async () => {
  const { queueNamed, messages, stop } = await runApp()
  const grants = queueNamed('Storage/grants')
  for (const text of ['{"a":1}', '123', '0123', 'bad']) await grants.door.send(base64(text))
  await queueNamed('Storage/bytes').door.send(base64('{"a":1}'))

  await expect.poll(() => grants.texts()).toEqual([])
  const seen = messages()
    .filter((line) => line.startsWith('{'))
    .map((line): unknown => JSON.parse(line))
  expect(seen).toMatchObject([
    { message: { a: 1 }, type: 'object', dequeueCount: 1, queueTrigger: { a: 1 } },
    { message: 123, type: 'number', insertionTime: '1970-01-01T00:00:00.000Z' },
    { message: '0123', type: 'string', queueTrigger: '0123', id: expect.any(String) },
  ])
  await expect.poll(messages).toContain('bytes true {"a":1}')
  await expect.poll(() => queueNamed('Storage/grants-poison').texts()).toEqual([base64('bad')])
  expect(messages().some((line) => line.includes('cannot be done'))).toBe(true)
  stop()
})
