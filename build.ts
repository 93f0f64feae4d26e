import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type BuildResult, type Metafile } from 'esbuild'

const root = dirname(fileURLToPath(import.meta.url))

export type AppName = 'onboarding' | 'broker'

export type BuiltApp = { folder: string; metafile: Metafile }

export type BuiltApps = Record<AppName, BuiltApp>

export type BuildOptions = {
  entry: string
  /** The Functions app is written to `{outdir}/{name}`, its metafile to `{outdir}/{name}.meta.json`. */
  outdir: string
}

/** Bundles one deployable Functions app: `index.mjs`, its chunks, `package.json` and `host.json`. */
export const buildApp = async (name: AppName, options: BuildOptions): Promise<BuiltApp> => {
  const folder = join(options.outdir, name)
  const result = await bundle(options.entry, folder)
  const files: Files = new Map<string, Uint8Array | string>([
    ...result.outputFiles.map(({ path, contents }) => [path, contents] as const),
    [join(folder, 'package.json'), json({ type: 'module', main: 'index.mjs' })],
    [join(folder, 'host.json'), await hostJson(name)],
  ])
  const metafile = [`${folder}.meta.json`, JSON.stringify(result.metafile)] as const
  await writeChanged(new Map([...files, metafile]), options.outdir)
  await removeOthers(folder, files)
  return { folder, metafile: result.metafile }
}

/** Builds both apps, into `dist/` unless told otherwise. */
export const buildApps = async (outdir = join(root, 'dist')): Promise<BuiltApps> => {
  const entryOf = (name: AppName) => join(root, 'functions', name, 'index.ts')
  const [onboarding, broker] = await Promise.all([
    buildApp('onboarding', { entry: entryOf('onboarding'), outdir }),
    buildApp('broker', { entry: entryOf('broker'), outdir }),
  ])
  return { onboarding, broker }
}

type Files = Map<string, Uint8Array | string>
type Bundle = BuildResult<{ write: false; metafile: true }>

// Identifiers keep their names, so that a stack trace in the log reads without its source map.
const bundle = (entry: string, folder: string): Promise<Bundle> =>
  build({
    entryPoints: { index: entry },
    outdir: folder,
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: ['import', 'node'],
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    external: ['@azure/functions-core'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    // Bundled CommonJS packages (the telemetry SDK) look for files beside themselves.
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
    // Bundled CommonJS packages call `require` for node's own modules.
    banner: {
      js: "import { createRequire as __cr } from 'node:module';const require = __cr(import.meta.url);",
    },
  })

// The public app has no queue, so it gets no queue settings.
const hostJson = async (name: AppName): Promise<string> => {
  const text = await readFile(join(root, 'host.json'), 'utf8')
  if (name === 'broker') return text
  return json(JSON.parse(text, (key, value: unknown) => (key === 'queues' ? undefined : value)))
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

// Whole files by rename and only where they differ: a stack that runs the bundle may load a chunk
// at any time.
const writeChanged = async (files: Files, outdir: string): Promise<void> => {
  const folders = new Set([...files.keys()].map((path) => dirname(path)))
  await Promise.all([...folders].map((folder) => mkdir(folder, { recursive: true })))
  const staging = await mkdtemp(join(outdir, '.staging-'))
  await Promise.all(
    [...files].map(async ([path, contents], index) => {
      const old = await readFile(path).catch(() => undefined)
      if (old?.equals(Buffer.from(contents))) return
      await writeFile(join(staging, String(index)), contents)
      await rename(join(staging, String(index)), path)
    }),
  )
  await rm(staging, { recursive: true })
}

const removeOthers = async (folder: string, files: Files): Promise<void> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  const others = paths.filter((path) => !files.has(path))
  await Promise.all(others.map((path) => rm(path, { force: true })))
}

const runDirectly = process.argv[1] === fileURLToPath(import.meta.url)
if (runDirectly) {
  const startedAt = performance.now()
  const apps = await buildApps()
  const names = Object.values(apps).map(({ folder }) => relative(root, folder) + sep)
  console.log(`Built ${names.join(' and ')} in ${Math.round(performance.now() - startedAt)} ms.`)
}
