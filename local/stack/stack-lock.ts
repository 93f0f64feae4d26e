import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { markOf } from './process-mark.ts'

const holderSchema = z.object({ pid: z.int(), mark: z.string() })

type Holder = z.output<typeof holderSchema>

/** A state folder that a running stack holds; the message is for the person at the terminal. */
export class StackRunningError extends Error {
  override readonly name = 'StackRunningError'
}

/** Takes the state folder for this process, until `release`; throws StackRunningError. */
export const lockState = (folder: string): { release: () => void } => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'lock.json')
  const own: Holder = { pid: process.pid, mark: markOf(process.pid) ?? 'unknown start' }
  if (!create(file, own)) {
    const holder = readHolder(file)
    if (holder && isRunning(holder)) throw refusal(folder, holder)
    takeAway(file)
    if (!create(file, own)) throw refusal(folder, readHolder(file))
  }
  return { release: () => rmSync(file, { force: true }) }
}

// By link(2): the lock appears whole or not at all, and for one process only.
const create = (file: string, own: Holder): boolean => {
  const draft = `${file}.${own.pid}.tmp`
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 })
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

// Another start may have replaced the stale lock since it was read: then it is put back.
const takeAway = (file: string): void => {
  const aside = `${file}.${process.pid}.stale.tmp`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  const taken = readHolder(aside)
  if (taken && isRunning(taken)) renameSync(aside, file)
  else rmSync(aside, { force: true })
}

const readHolder = (file: string): Holder | undefined => {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

const isRunning = ({ pid, mark }: Holder): boolean => markOf(pid) === mark

const refusal = (folder: string, holder: Holder | undefined): StackRunningError => {
  const who = holder ? `process ${holder.pid}` : 'another process'
  return new StackRunningError(
    `A stack already runs on ${folder} (${who}): stop it first, or start on another folder with --state.`,
  )
}
