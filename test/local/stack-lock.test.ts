import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { markOf } from '../../local/stack/process-mark.ts'
import { lockState, StackRunningError } from '../../local/stack/stack-lock.ts'
import { temporaryFolder } from './support/launch.ts'

const lockFile = (folder: string) => join(folder, 'lock.json')

test('a second start on the same state is refused in one line that names the process', () => {
  const folder = temporaryFolder()
  lockState(folder)
  expect(() => lockState(folder)).toThrow(StackRunningError)
  expect(() => lockState(folder)).toThrow(new RegExp(`^[^\n]*process ${process.pid}\\b[^\n]*$`))
})

test('a released state folder can be taken again, and nothing but the lock is left in it', () => {
  const folder = temporaryFolder()
  lockState(folder).release()
  lockState(folder)
  expect(readdirSync(folder)).toEqual(['lock.json'])
})

test('the lock of a dead process is taken over', async () => {
  const folder = temporaryFolder()
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const pid = child.pid ?? 0
  writeFileSync(lockFile(folder), JSON.stringify({ pid, mark: markOf(pid) }))
  expect(() => lockState(folder)).toThrow(StackRunningError)
  child.kill('SIGKILL')
  await once(child, 'exit')
  lockState(folder)
  expect(existsSync(lockFile(folder))).toBe(true)
})

test('a process that was given the id of a dead one does not hold its lock', () => {
  const folder = temporaryFolder()
  writeFileSync(lockFile(folder), JSON.stringify({ pid: process.pid, mark: 'an earlier start' }))
  expect(() => lockState(folder)).not.toThrow()
})

test.each(['', '{"pid":', 'null'])('a lock that holds %j is taken over', (text) => {
  const folder = temporaryFolder()
  writeFileSync(lockFile(folder), text)
  expect(() => lockState(folder)).not.toThrow()
})
