import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { certificatesIn } from '../../local/kit/certificates.ts'
import { mendState } from '../../local/stack/mend-state.ts'
import { seedDirectory } from '../../local/stack/seed-directory.ts'
import { temporaryFolder } from './support/launch.ts'

const mended = (folder: string): string[] => {
  const lines: string[] = []
  mendState(folder, (line) => lines.push(line))
  return lines
}

test('a whole state folder needs no mending', async () => {
  const folder = temporaryFolder()
  await certificatesIn(folder)
  seedDirectory(join(folder, 'directory.json'), 'https://localhost:7071')
  expect(mended(folder)).toEqual([])
})

test('a stack.json that a killed stack left is removed, said in a line', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'stack.json'), '{}')
  expect(mended(folder)).toEqual([expect.stringContaining('stack.json is removed')])
  expect(existsSync(join(folder, 'stack.json'))).toBe(false)
})

test('half-written files are removed, said in a line', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'entra'))
  writeFileSync(join(folder, 'directory.json.tmp'), '{"a')
  writeFileSync(join(folder, 'entra', 'keys.json.new'), '{"a')
  const lines = mended(folder)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('directory.json.tmp')
  expect(lines[0]).toContain('keys.json.new')
  expect(existsSync(join(folder, 'entra', 'keys.json.new'))).toBe(false)
})

test('an unreadable directory is made anew with other secrets', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'directory.json')
  const before = seedDirectory(file, 'https://localhost:7071')
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40))
  expect(mended(folder)).toEqual([expect.stringContaining('directory.json could not be read')])
  const after = seedDirectory(file, 'https://localhost:7071')
  expect(after.callers[0]?.clientSecret).not.toBe(before.callers[0]?.clientSecret)
})

test.each(['ca.pem', 'server.pem', 'server.key'])(
  'a damaged %s makes all certificates anew',
  async (name) => {
    const folder = temporaryFolder()
    const before = await certificatesIn(folder)
    writeFileSync(join(folder, name), 'damaged')
    expect(mended(folder)).toEqual([expect.stringContaining('certificates')])
    expect((await certificatesIn(folder)).ca).not.toBe(before.ca)
  },
)

test('the directory keeps its secrets over restarts, readable by their owner only', () => {
  const file = join(temporaryFolder(), 'directory.json')
  const first = seedDirectory(file, 'https://localhost:7071')
  const second = seedDirectory(file, 'https://localhost:7081')
  expect(second.callers).toEqual(first.callers)
  expect(second.partnerApp.secrets).toEqual(first.partnerApp.secrets)
  expect(second.partnerApp.redirectUris).toContain('https://localhost:7081/consent/callback')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('the directory holds everybody that the contract lists, each with an id of its own', () => {
  const directory = seedDirectory(join(temporaryFolder(), 'directory.json'), 'https://localhost:1')
  const { people, callers, partners, customers, operatorTenant } = directory
  const first = partners[0]?.tenant
  const has = (facts: object) => expect(people).toContainEqual(expect.objectContaining(facts))
  has({ tenant: first, mfa: true, admin: true, agent: true })
  has({ tenant: first, mfa: false, agent: true })
  has({ tenant: partners[1]?.tenant, mfa: true, agent: true })
  has({ tenant: first, admin: false, agent: false })
  has({ guestIn: first })
  expect(customers[0]?.partner).toBe(first)
  expect(callers.map(({ roles }) => roles.join())).toEqual(
    expect.arrayContaining(['Token.Issue', 'Broker.Manage', 'Broker.Read', '']),
  )
  expect(callers.some(({ tenant }) => tenant !== operatorTenant)).toBe(true)
  const ids = [
    ...people.map(({ objectId }) => objectId),
    ...callers.map(({ clientId }) => clientId),
    ...[...partners, ...customers].map(({ tenant }) => tenant),
    operatorTenant,
  ]
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(z.uuidv4().safeParse(id).success, id).toBe(true)
})
