import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { afterAll, expect, test } from 'vitest'
import { eagerPackages, importersOf, msalImporters, strangersIn } from './bundles.ts'

// The checker itself, on small bundles that each break one rule.

const folder = mkdtempSync(join(tmpdir(), 'checked-bundles-'))
symlinkSync(
  fileURLToPath(new URL('../../node_modules', import.meta.url)),
  join(folder, 'node_modules'),
)
afterAll(() => rmSync(folder, { recursive: true }))

const bundleOf = async (files: Record<string, string>): Promise<Metafile> => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const { metafile } = await build({
    entryPoints: { index: join(folder, 'functions/app/index.ts') },
    absWorkingDir: folder,
    outdir: join(folder, 'dist'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    write: false,
    metafile: true,
    preserveSymlinks: true,
  })
  return metafile
}

test('a local part in a bundle is named', async () => {
  const metafile = await bundleOf({
    'functions/app/index.ts': `import '../../local/part.ts'`,
    'local/part.ts': `console.log(1)`,
  })
  expect(strangersIn(metafile)).toEqual(['the bundle holds local/part.ts'])
})

test('a table package in the onboarding bundle is named with its importer', async () => {
  const metafile = await bundleOf({
    'functions/app/index.ts': `export const load = () => import('@azure/data-tables')`,
  })
  expect(importersOf(metafile, /^@azure\/data-tables$/)).toEqual([
    'functions/app/index.ts imports @azure/data-tables',
  ])
})

test('MSAL beneath @azure/identity is fine, MSAL of our own is named', async () => {
  const beneath = await bundleOf({
    'functions/app/index.ts': `export const load = () => import('@azure/identity')`,
  })
  expect(Object.keys(beneath.inputs).some((path) => path.includes('@azure/msal-node'))).toBe(true)
  expect(msalImporters(beneath)).toEqual([])
  const ours = await bundleOf({
    'functions/app/index.ts': `export const load = () => import('@azure/msal-node')`,
  })
  expect(msalImporters(ours)).toEqual(['functions/app/index.ts imports @azure/msal-node'])
})

test('a package that loads with index.mjs, even through a chunk, is named', async () => {
  const lazy = await bundleOf({
    'functions/app/index.ts': `export const load = () => import('./door.ts')`,
    'functions/app/door.ts': `export * from '@azure/msal-node'`,
  })
  expect(eagerPackages(lazy, /msal-node/)).toEqual([])
  const eager = await bundleOf({
    'functions/app/index.ts': `import { LogLevel } from './door.ts'\nexport const load = () => [LogLevel, import('./door.ts')]`,
  })
  expect(eagerPackages(eager, /msal-node/)).toEqual([
    '@azure/msal-node loads with index.mjs: import() it at first use',
  ])
})
