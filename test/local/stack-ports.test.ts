import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { holdPorts, partNames, type HeldPorts } from '../../local/stack/held-ports.ts'

const holdForTest = async (portBase: number) => {
  const lines: string[] = []
  const ports = await holdPorts(portBase, (line) => lines.push(line))
  onTestFinished(async () => {
    await releaseAll(ports)
  })
  return { ports, lines }
}

const releaseAll = (ports: HeldPorts) =>
  Promise.all(Object.values(ports).map((port) => port.release()))

const occupy = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void server.close())
  const [error]: unknown[] = await Promise.race([once(server, 'listening'), once(server, 'error')])
  return error === undefined
}

const freeBlock = 28_071

test('each part gets its own port of the block, and keeps it until it is released', async () => {
  const { ports, lines } = await holdForTest(freeBlock)
  const numbers = partNames.map((name) => ports[name].port)
  expect(numbers).toEqual(partNames.map((_, index) => freeBlock + index))
  expect(lines).toEqual([])
  await expect(occupy(freeBlock)).rejects.toThrow('EADDRINUSE')
  await ports.onboarding.release()
  expect(await occupy(freeBlock)).toBe(true)
})

test('a taken port moves behind the block, said in a line, and the others stay', async () => {
  await occupy(freeBlock + 20)
  const { ports, lines } = await holdForTest(freeBlock + 20)
  expect(ports.onboarding.port).toBe(freeBlock + 20 + partNames.length)
  expect(ports.broker.port).toBe(freeBlock + 21)
  expect(lines).toEqual([
    `Port ${freeBlock + 20} is in use: onboarding is on ${ports.onboarding.port} this time.`,
  ])
})

test('a base of 0 takes ten free ports', async () => {
  const { ports } = await holdForTest(0)
  const numbers = Object.values(ports).map(({ port }) => port)
  expect(new Set(numbers).size).toBe(partNames.length)
  expect(numbers.every((port) => port > 1023)).toBe(true)
})
