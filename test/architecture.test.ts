import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApps, type BuiltApps } from '../build.ts'
import { eagerPackages, importersOf, msalImporters, strangersIn } from './architecture/bundles.ts'
import {
  breachesOfRoom,
  environmentReads,
  homeless,
  importsOfFunctions,
  importsOfLocalParts,
  rooms,
  sdkImportsOutsideAzure,
} from './architecture/rooms.ts'
import { readSources } from './architecture/sources.ts'

const sources = readSources()
const outdir = mkdtempSync(join(tmpdir(), 'bundles-'))
let apps: BuiltApps

beforeAll(async () => {
  apps = await buildApps(outdir)
})
afterAll(() => rmSync(outdir, { recursive: true }))

test.each(rooms)('$path: $says', (room) => {
  expect(sources.filter(({ path }) => path.startsWith(room.path))).not.toEqual([])
  expect(breachesOfRoom(room, sources)).toEqual([])
})

test('every file of the product stands in a room', () => {
  expect(homeless(sources)).toEqual([])
})

test('nothing imports functions', () => {
  expect(importsOfFunctions(sources)).toEqual([])
})

test('only shared/azure knows an SDK', () => {
  expect(sdkImportsOutsideAzure(sources)).toEqual([])
})

test('the product imports no local part and no test', () => {
  expect(importsOfLocalParts(sources)).toEqual([])
})

test('only shared/config.ts reads the environment', () => {
  expect(environmentReads(sources)).toEqual([])
})

test.each(['onboarding', 'broker'] as const)(
  'the %s bundle holds no local part and no test',
  (name) => {
    expect(Object.keys(apps[name].metafile.inputs)).not.toEqual([])
    expect(strangersIn(apps[name].metafile)).toEqual([])
  },
)

test('the public onboarding bundle holds no vault, table or queue package', () => {
  const forbidden = /^@azure\/(?:keyvault-.*|data-tables|storage-.*)$/
  expect(importersOf(apps.onboarding.metafile, forbidden)).toEqual([])
})

test('the public onboarding bundle holds MSAL only beneath @azure/identity', () => {
  expect(msalImporters(apps.onboarding.metafile)).toEqual([])
})

test.each(['onboarding', 'broker'] as const)(
  'the %s app loads MSAL, vault, table, queue and telemetry packages at first use',
  (name) => {
    const lazy =
      /^(?:@azure\/(?:msal-.*|identity|keyvault-.*|data-tables|storage-.*)|applicationinsights)$/
    expect(eagerPackages(apps[name].metafile, lazy)).toEqual([])
  },
)
